import { defineRule, list } from '../rule.ts';

export default defineRule({
  summary: 'A model that reads no source, seed or other model.',
  why: 'What it reads, dbt does not know: it is missing from lineage, and may be built before its data is there.',
  details:
    'Silent for models that make their rows themselves (no table in FROM), for helpers such as calendars in utility folders, and where a ref cannot be computed.',
  severity: 'info',
  default: 'off',
  options: { allow: list('Names of models that may read nothing.') },
  on: 'model',
  check({ node }, { unit, options, report }) {
    if (!unit || node.kind !== 'model' || node.isEnabled === 'no' || options.allow.includes(node.name)) return;
    if (node.reads.length > 0 || node.layer === 'utility' || unit.expansion.unknowns.length > 0) return;
    if (unit.expansion.calls.some(call => call.kind !== 'this')) return;
    const tables = [...unit.facts.scopes.values()].flatMap(scope => scope.relations);
    const table = tables.find(one => one.kind === 'unknown' && one.table.kind === 'table');
    if (!table) return;
    report(
      table.table,
      `'${node.name}' reads its data past dbt, which then knows nothing of where it comes from. Name it by source() or ref().`,
    );
  },
  examples: {
    'tables by name alone': `
      select o.id from raw.orders as o
                       ^^^^^^^^^^^^^^^ info: reads its data past dbt
    `,
    'in a CTE': `
      with orders as (select id from shop.orders)
                                     ^^^^^^^^^^^ Name it by source() or ref()
      select id from orders
    `,
    'rows it makes itself': `
      with numbers as (select 1 as n union all select 2 as n)
      select n from numbers
    `,
    'reads a model beside a table': `
      select o.id from raw.orders as o join {{ ref('stores') }} as s on s.id = o.store_id
    `,
  },
});
