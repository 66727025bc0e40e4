import { shortName } from '../../project/declared.ts';
import type { NodeFacts, TestFacts } from '../../project/facts.ts';
import type { NodeHistory } from '../../project/history.ts';
import { addToEntry } from '../entry-edits.ts';
import { defineRule, type ProjectView, type RuleFix, safe } from '../rule.ts';

export default defineRule({
  summary: 'No test asks whether a type 2 dimension has at most one current version a key.',
  why: 'Loads of history fail quietly: two current versions double every join to the dimension, and only a test sees them.',
  details:
    'Asks for one of: a uniqueness test of the natural key with a `where` on the current rows, a test of its ranges (`dbt_utils.mutually_exclusive_ranges`, or one of the project’s own whose name speaks of overlap, versions or history), or a singular test that reads the model. At most one is asked for, not exactly one: deleted things have none, and what comes back leaves a gap. Silent for snapshots and for models that hand one on.',
  severity: 'info',
  on: 'model',
  check({ node, columns }, { project, report }) {
    if (!project || node.kind !== 'model') return;
    const scd = project.meaningOf(node.id).scd;
    const history = project.historyOf(node.id);
    if (!history || (scd?.value !== 2 && scd?.value !== 6 && scd?.value !== 7)) return;
    const isOfSnapshot = history.from !== undefined && project.node(history.from)?.kind === 'snapshot';
    if (isOfSnapshot || history.naturalKey.length === 0 || asksForOneCurrent(node, history)) return;
    if (project.readersOf(node.id).some(id => project.node(id)?.kind === 'test')) return;
    const key = history.naturalKey.map(one => `'${one}'`).join(', ');
    report(
      'file',
      `No test asks whether '${node.name}' has at most one current version per ${key}: two of them double every join, and nobody sees it. Test that the key is unique among the current rows.`,
      { fixes: fixesFor(project, node, history, new Set(columns.map(one => one.column.name.toLowerCase()))) },
    );
  },
  examples: {
    'no test at all': `
      //- models/schema.yml
      models:
        - name: dim_products
          config: { meta: { grainline: { kind: dimension, scd: 2, natural_key: product_id } } }
          columns:
            - name: product_id
              data_tests:
                - not_null
      //- models/dim_products.sql
      !!! info: at most one current version per 'product_id'
      select product_id, valid_from, valid_to, is_current from {{ ref('stg_products') }}
      -> Test that one version is current
      //- models/schema.yml
      models:
        - name: dim_products
          config: { meta: { grainline: { kind: dimension, scd: 2, natural_key: product_id } } }
          columns:
            - name: product_id
              data_tests:
                - not_null
                - unique:
                    config:
                      where: is_current
    `,
    'a key of several columns, tested with the start only': `
      //- models/schema.yml
      models:
        - name: dim_prices
          config: { meta: { grainline: { scd: 2, natural_key: [sku, shop] } } }
          data_tests:
            - dbt_utils.unique_combination_of_columns:
                arguments: { combination_of_columns: [sku, shop, valid_from] }
      //- models/dim_prices.sql
      !!! per 'sku', 'shop'
      select sku, shop, valid_from, valid_to, is_current from {{ ref('stg_prices') }}
      -> no fix
    `,
    'asked for, in each way': `
      //- models/schema.yml
      models:
        - name: a
          config: { meta: { grainline: { scd: 2, natural_key: id } } }
          columns: [{ name: id, data_tests: [{ unique: { config: { where: "is_current" } } }] }]
        - name: b
          config: { meta: { grainline: { scd: 2, natural_key: id } } }
          data_tests: [{ dbt_utils.mutually_exclusive_ranges: { lower_bound_column: valid_from, upper_bound_column: valid_to, partition_by: id } }]
        - name: c
          config: { meta: { grainline: { scd: 2, natural_key: id } } }
          data_tests: [{ versions_do_not_overlap: { natural_key: id } }]
        - name: d
          config: { meta: { grainline: { scd: 2, natural_key: id } } }
      //- models/a.sql
      select id, valid_from, valid_to, is_current from {{ ref('x') }}
      //- models/b.sql
      select id, valid_from, valid_to, is_current from {{ ref('x') }}
      //- models/c.sql
      select id, valid_from, valid_to, is_current from {{ ref('x') }}
      //- models/d.sql
      select id, valid_from, valid_to, is_current from {{ ref('x') }}
      //- tests/one_current.sql
      select id from {{ ref('d') }} where is_current group by 1 having count(*) > 1
    `,
    'dbt sees to it, and other types': `
      //- snapshots/p.sql
      {% snapshot products_history %}
      {{ config(unique_key='id', strategy='timestamp', updated_at='updated_at') }}
      select id, updated_at from {{ ref('x') }}
      {% endsnapshot %}
      //- models/schema.yml
      models:
        - name: dim_products
          config: { meta: { grainline: { scd: 2, natural_key: id } } }
        - name: dim_shops
          config: { meta: { grainline: { scd: 1, natural_key: id } } }
      //- models/dim_products.sql
      select id, dbt_valid_from as valid_from, dbt_valid_to as valid_to from {{ ref('products_history') }}
      //- models/dim_shops.sql
      select id, name from {{ ref('stg_shops') }}
    `,
  },
});

/** A test that two current versions of a key would fail, as far as its name and its arguments tell. */
function asksForOneCurrent({ properties }: NodeFacts, history: NodeHistory): boolean {
  const tests = [...(properties?.tests ?? []), ...(properties?.columns ?? []).flatMap(one => one.tests)];
  const marks = [history.isCurrent, history.validTo].flatMap(one => (one === undefined ? [] : [one.toLowerCase()]));
  return tests.some(test => {
    const name = shortName(test);
    if (/overlap|exclusive|version|history|scd|current/i.test(name)) return true;
    return /unique|primary_key/.test(name) && marks.some(mark => whereOf(test).includes(mark));
  });
}

function whereOf(test: TestFacts): string {
  const where = test.config['where'] ?? test.arguments['row_condition'];
  return typeof where === 'string' ? where.toLowerCase() : '';
}

function fixesFor(
  project: ProjectView,
  node: NodeFacts,
  history: NodeHistory,
  delivered: ReadonlySet<string>,
): readonly RuleFix[] {
  const [key, ...more] = history.naturalKey;
  const { isCurrent, validTo, openEnd } = history;
  const condition = isCurrent ?? (openEnd === 'null' && validTo ? `"${validTo} is null"` : undefined);
  if (key === undefined || more.length > 0 || condition === undefined || !delivered.has(key.toLowerCase())) return [];
  const columns = [{ name: key, tests: [{ name: 'unique', config: { where: condition } }] }];
  return [{ ...safe('Test that one version is current'), elsewhere: () => addToEntry(project, node, { columns }) }];
}
