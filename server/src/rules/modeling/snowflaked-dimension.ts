import type { NodeFacts } from '../../project/facts.ts';
import { defineRule, number, type ProjectView } from '../rule.ts';
import { whyKind } from './fact-columns.ts';

export default defineRule({
  summary: 'A dimension that keeps keys of other dimensions, deeper than is allowed.',
  why: 'A report by the outermost attribute joins every table on the way, and each reader must know the way.',
  details:
    'Follows the keys that dimensions hold of other dimensions (`relationships` tests, constraints, `references` under `meta.grainline`) and fires where the chain is longer than `depth`: with 1, the default, a dimension may point to another, which points no further. Date dimensions do not count. Off unless turned on.',
  severity: 'info',
  default: 'off',
  options: { depth: number('How many dimensions may follow one another behind a dimension.', 1, 0, 10) },
  on: 'model',
  check({ node, columns }, { project, options, report }) {
    if (!project || !isDimension(node, project)) return;
    for (const { column, item } of columns) {
      const chain = longestChain(node, column.name, project);
      if (chain.length <= options.depth) continue;
      const way = chain.map(one => `'${one.name}'`).join(' and ');
      report(
        item ?? 'file',
        `Behind '${node.name}', '${column.name}' leads to ${way}: who reports by the last of them joins ${chain.length + 1} tables. Bring the attributes into '${node.name}'.${whyKind(node, project)}`,
      );
      // One way out of the dimension is enough to say.
      return;
    }
  },
  examples: {
    'two dimensions behind one another': `
      //- models/schema.yml
      models:
        - name: dim_products
          config: { meta: { grainline: { kind: dimension } } }
          columns:
            - name: brand_key
              data_tests: [{ relationships: { to: "ref('dim_brands')", field: brand_key } }]
        - name: dim_brands
          config: { meta: { grainline: { kind: dimension } } }
          columns:
            - { name: brand_key, data_tests: [unique] }
            - name: owner_key
              meta: { grainline: { references: dim_owners } }
        - name: dim_owners
          config: { meta: { grainline: { kind: dimension, surrogate_key: owner_key } } }
      //- models/dim_products.sql
      select product_key, brand_key, name from {{ ref('x') }}
                          ^^^^^^^^^ info: 'brand_key' leads to 'dim_brands' and 'dim_owners': who reports by the last of them joins 3 tables
      //- models/dim_brands.sql
      select brand_key, owner_key from {{ ref('x') }}
      //- models/dim_owners.sql
      select owner_key, country from {{ ref('x') }}
    `,
    'none allowed': `
      //- grainline.yml
      rules: { snowflaked-dimension: { depth: 0 } }
      //- models/schema.yml
      models:
        - name: dim_stores
          config: { meta: { grainline: { kind: dimension } } }
          columns:
            - name: region_key
              data_tests: [{ relationships: { to: "ref('dim_regions')", field: region_key } }]
        - name: dim_regions
          config: { meta: { grainline: { kind: dimension } } }
      //- models/dim_stores.sql
      select store_key, r.region_key
                        ^^^^^^^^^^^^ leads to 'dim_regions'
      from {{ ref('x') }} join {{ ref('dim_regions') }} r using (region_key)
      //- models/dim_regions.sql
      select region_key, name from {{ ref('y') }}
    `,
    'one step, dates, facts, and a circle': `
      //- models/schema.yml
      models:
        - name: dim_stores
          config: { meta: { grainline: { kind: dimension } } }
          columns:
            - name: region_key
              data_tests: [{ relationships: { to: "ref('dim_regions')", field: region_key } }]
            - name: opened_date_key
              data_tests: [{ relationships: { to: "ref('dim_dates')", field: date_key } }]
            - name: parent_store_key
              data_tests: [{ relationships: { to: "ref('dim_stores')", field: store_key } }]
        - name: dim_regions
          config: { meta: { grainline: { kind: dimension } } }
        - name: dim_dates
          config: { meta: { grainline: { kind: dimension } } }
        - name: fct_sales
          config: { meta: { grainline: { kind: fact } } }
          columns:
            - name: store_key
              data_tests: [{ relationships: { to: "ref('dim_stores')", field: store_key } }]
      //- models/dim_stores.sql
      select store_key, region_key, opened_date_key, parent_store_key from {{ ref('x') }}
      //- models/dim_regions.sql
      select region_key from {{ ref('x') }}
      //- models/dim_dates.sql
      select date_key from {{ ref('x') }}
      //- models/fct_sales.sql
      select store_key from {{ ref('x') }}
    `,
  },
});

/** Chains longer than this are circles of some sort. */
const LONGEST = 12;

/** Dimensions one behind another, from what the column leads to. */
function longestChain(start: NodeFacts, column: string, project: ProjectView): readonly NodeFacts[] {
  const chain: NodeFacts[] = [];
  const seen = new Set([start.id]);
  let next = targetOf(start, column, seen, project);
  while (next && chain.length < LONGEST) {
    chain.push(next);
    seen.add(next.id);
    const current = next;
    next = (project.columnsOf(current.id)?.columns ?? [])
      .map(one => targetOf(current, one.name, seen, project))
      .find(one => one !== undefined);
  }
  return chain;
}

function targetOf(
  node: NodeFacts,
  column: string,
  seen: ReadonlySet<string>,
  project: ProjectView,
): NodeFacts | undefined {
  const key = project.foreignKeyOf(node.id, column);
  const target = key && !seen.has(key.to) ? project.node(key.to) : undefined;
  if (!target || !isDimension(target, project)) return undefined;
  return /(?:^|_)(?:dates?|calendars?|days?|times?)(?:_|$)/i.test(target.name) ? undefined : target;
}

function isDimension({ id, kind, isEnabled }: NodeFacts, project: ProjectView): boolean {
  return kind === 'model' && isEnabled !== 'no' && project.meaningOf(id).kind?.value === 'dimension';
}
