import type { ScopeRelation } from '../../project/infer/scopes.ts';
import { defineRule, type SqlUnit } from '../rule.ts';
import { isWritten, textOf } from '../written.ts';

export default defineRule({
  summary: 'Two relations of one FROM have the same name.',
  why: 'Most warehouses refuse the query; the others let every column that is qualified by the name mean either of the two.',
  details:
    'Looks at aliases, and at tables read twice without one. Silent for lateral joins and table functions, semi and anti joins, and tables of one name from different schemas.',
  severity: 'error',
  on: 'sql:select',
  check(select, { unit, report }) {
    const scope = unit?.facts.scopes.get(select);
    if (!unit || !scope || select.isOpaque) return;
    const seen = new Map<string, ScopeRelation>();
    for (const relation of scope.relations) {
      if (relation.nameKey === undefined || relation.isLateral || relation.hiddenBy) continue;
      if (relation.kind === 'unnest' || relation.kind === 'function') continue;
      const before = seen.get(relation.nameKey);
      if (!before) {
        seen.set(relation.nameKey, relation);
        continue;
      }
      const isSame = textOf(unit, before.table) === textOf(unit, relation.table);
      if (!before.alias && !relation.alias && !isSame) continue;
      const at = relation.alias ?? relation.table;
      if (relation.alias && !isWritten(unit, relation.alias)) continue;
      const name = relation.name?.name ?? '';
      report(
        at,
        `'${name}' is the name of ${labelOf(before, unit)} in this FROM already, so '${name}.' could mean either. Give one of them another alias.`,
      );
    }
  },
  examples: {
    'one alias twice': `
      select a.id from {{ ref('orders') }} as a join {{ ref('customers') }} as a on a.customer_id = a.id
                                                                               ^ 'a' is the name of 'orders'
    `,
    'a CTE read twice without aliases': `
      with days as (select 1 as day)
      select 1 as one from days cross join days
                                           ^^^^ 'days' is the name of
    `,
    'each scope for itself': `
      with a as (select 1 as id)
      select a.id, (select max(x.id) from a as x) as top from a
      where exists (select 1 from {{ ref('b') }} as a where a.id = 1)
      union all
      select a.id, 2 from a
    `,
    'lateral joins, functions and other schemas': `
      //- grainline.yml
      dialect: snowflake
      //- models/example.sql
      select f.value from t, lateral flatten(input => t.a) as f, lateral flatten(input => f.value) as f
      //- models/other.sql
      select 1 as one from first_schema.orders, second_schema.orders
    `,
  },
});

function labelOf(relation: ScopeRelation, unit: SqlUnit): string {
  const { table } = relation;
  if (table.kind !== 'table') return 'a subquery';
  const node = unit.nodeOf(table);
  return `'${node?.name ?? table.name.parts.at(-1)?.name ?? ''}'`;
}
