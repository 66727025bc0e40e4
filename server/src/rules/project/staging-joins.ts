import type { ScopeRelation } from '../../project/infer/scopes.ts';
import type { Join, Query } from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { defineRule, list, type SqlUnit } from '../rule.ts';
import { isWritten } from '../written.ts';

export default defineRule({
  summary: 'A staging model that joins another model, or a table of another source.',
  why: 'Staging is one model per source table, renamed and cast; a join there hides logic where nobody looks for it and cannot be reused.',
  details:
    'Fires in models that are staging by name and place and read a source, where a join brings in a model that is not a base model, or a table of another source. Silent for joins of tables of the same source, seeds and base models, for UNNEST and FLATTEN, and for GROUP BY and QUALIFY, which remove duplicates there.',
  severity: 'info',
  options: { allow: list('Names of staging models that may join.') },
  on: 'sql:join',
  files: ['model'],
  check(join, { unit, options, report }) {
    const node = unit?.node;
    if (!unit || !node || node.layer !== 'staging' || !/^stg_/i.test(node.name) || options.allow.includes(node.name))
      return;
    const sources = new Set(node.reads.filter(id => id.startsWith('source.')).map(sourceOf));
    if (sources.size === 0 || !isWritten(unit, join.keyword)) return;
    const strange = strangerIn(join, sources, unit);
    if (strange === undefined) return;
    report(
      join.keyword,
      `The staging model '${node.name}' joins ${strange}. Keep staging to its one source table and join in an intermediate model.`,
    );
  },
  examples: {
    'another staging model': `
      //- models/sources.yml
      sources:
        - name: shop
          tables: [{ name: orders }]
      //- models/staging/stg_customers.sql
      select 1 as id
      //- models/staging/stg_orders.sql
      select o.id, c.id as customer_id
      from {{ source('shop', 'orders') }} as o
      left join {{ ref('stg_customers') }} as c on c.id = o.customer_id
      ^^^^^^^^^ info: joins the model 'stg_customers'
    `,
    'another source, through import CTEs': `
      //- models/sources.yml
      sources:
        - name: shop
          tables: [{ name: orders }]
        - name: crm
          tables: [{ name: accounts }]
      //- models/staging/stg_orders.sql
      with orders as (select * from {{ source('shop', 'orders') }}),
      accounts as (select * from {{ source('crm', 'accounts') }})
      select orders.id, accounts.name
      from orders
      join accounts on accounts.id = orders.account_id
      ^^^^ joins the source 'crm.accounts'
    `,
    'the same source, a seed, a base model, an array': `
      //- dbt_project.yml
      name: shop
      //- grainline.yml
      dialect: bigquery
      //- models/sources.yml
      sources:
        - name: shop
          tables: [{ name: orders }, { name: orders_deleted }]
      //- seeds/countries.csv
      code
      //- models/staging/base/base_lines.sql
      select 1 as id
      //- models/staging/stg_orders.sql
      select o.id
      from {{ source('shop', 'orders') }} as o
      left join {{ source('shop', 'orders_deleted') }} as d on d.id = o.id
      left join {{ ref('countries') }} as c on c.code = o.country
      left join {{ ref('base_lines') }} as l on l.id = o.id
      left join unnest(o.tags) as t
    `,
    'an intermediate model': `
      //- models/sources.yml
      sources:
        - name: shop
          tables: [{ name: orders }]
      //- models/intermediate/int_orders_joined.sql
      select o.id from {{ source('shop', 'orders') }} as o join {{ ref('stg_customers') }} as c on c.id = o.id
    `,
  },
});

/** `package.name` of the source that a table's id names. */
function sourceOf(id: string): string {
  return id.split('.').slice(1, 3).join('.');
}

/** What the join brings in that is neither of the model's one source nor a helper, in words. */
function strangerIn(join: Join, sources: ReadonlySet<string>, unit: SqlUnit): string | undefined {
  const first = firstSource(unit) ?? [...sources][0];
  for (const relation of relationsOf(join, unit)) {
    for (const id of nodesBehind(relation, unit)) {
      const name = id.split('.').at(-1) ?? id;
      if (id.startsWith('source.')) {
        if (sourceOf(id) !== first) return `the source '${id.split('.').slice(2).join('.')}'`;
      } else if (id.startsWith('model.') && id !== unit.node?.id && !/^base_|_(?:base|tmp)$/i.test(name)) {
        return `the model '${name}'`;
      }
    }
  }
  return undefined;
}

/** The source of the first table that the text reads. */
function firstSource(unit: SqlUnit): string | undefined {
  const call = unit.expansion.relations.find(one => one.call.kind === 'source')?.call;
  const id = unit.node?.reads.find(one => one.startsWith('source.') && one.endsWith(`.${call?.source}.${call?.name}`));
  return id === undefined ? undefined : sourceOf(id);
}

/** Relations on the right of the join. */
function relationsOf(join: Join, unit: SqlUnit): readonly ScopeRelation[] {
  const found: ScopeRelation[] = [];
  for (const scope of unit.facts.scopes.values()) {
    for (const relation of scope.relations) {
      const { table } = relation;
      if (table.start >= join.right.start && table.end <= join.right.end && !relation.isLateral) found.push(relation);
    }
  }
  return found;
}

/** Nodes that a relation reads, through CTEs and subqueries. */
function nodesBehind(relation: ScopeRelation, unit: SqlUnit): ReadonlySet<string> {
  const found = new Set<string>();
  const seen = new Set<Query>();
  if (relation.node) found.add(relation.node);
  const open: Query[] = [];
  const enter = (one: ScopeRelation): void => {
    const query = one.cte?.node.query;
    if (query?.kind === 'query') open.push(query);
    if (one.table.kind === 'subquery') open.push(one.table.query);
  };
  enter(relation);
  for (let query = open.pop(); query; query = open.pop()) {
    if (seen.has(query)) continue;
    seen.add(query);
    walk(query, one => {
      if (one.kind !== 'select') return;
      for (const inner of unit.facts.scopes.get(one)?.relations ?? []) {
        if (inner.node) found.add(inner.node);
        if (inner.cte) enter(inner);
      }
    });
  }
  return found;
}
