import { hasLastingFilter } from '../../project/infer/lasting.ts';
import type { Expression, Select } from '../../syntax/sql/tree.ts';
import { definitionOf } from '../defining.ts';
import { bare } from '../expressions.ts';
import { defineRule, type SqlUnit } from '../rule.ts';

export default defineRule({
  summary: 'A `not_null` test on a column that the SQL makes NULL for some row.',
  why: 'The test cannot pass: the first row of each group has no row before it, so LAG gives NULL there.',
  details:
    'Fires for LAG and LEAD without a default, for NULL itself and for `nullif(x, x)`, followed through CTEs that filter nothing. A left join is no contradiction: the test then says that every row finds its match.',
  severity: 'warning',
  default: 'off',
  on: 'model',
  check({ node }, { unit, report }) {
    if (!unit) return;
    for (const column of node.properties?.columns ?? []) {
      const test = column.tests.find(
        one => one.name === 'not_null' && one.config['where'] === undefined && one.config['enabled'] !== false,
      );
      // The test itself counts as proof that the column is not NULL; any other proof means the SQL is not what it seems.
      const item = unit.facts.items.find(one => one.column.name.toLowerCase() === column.name.toLowerCase());
      if (!test || !item || item.column.nullable === 'no') continue;
      const definition = definitionOf(column.name, unit);
      const why = definition && reasonFor(definition.expression, unit);
      if (!definition || !why) continue;
      const [last, ...outer] = [...definition.through].reverse();
      if (last === undefined || isEmptyOnPurpose(last, unit)) continue;
      if (
        last.qualify ||
        outer.some(one => hasLastingFilter(unit.facts, one) || one.qualify || one.having || one.groupBy)
      )
        continue;
      report(
        definition.expression,
        `'${column.name}' has a not_null test, but ${why}, so the test fails. Give it a default, or take the test away.`,
      );
    }
  },
  examples: {
    'LAG without a default': `
      //- models/schema.yml
      models:
        - name: visits
          columns: [{ name: previous_at, data_tests: [not_null] }]
      //- models/visits.sql
      select id, lag(visited_at) over (partition by user_id order by visited_at) as previous_at from {{ ref('x') }}
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: the first row of each group has none before it
    `,
    'NULL, behind a CTE': `
      //- models/schema.yml
      models:
        - name: visits
          columns: [{ name: note, data_tests: [not_null] }]
      //- models/visits.sql
      with a as (select id, cast(null as varchar) as note from {{ ref('x') }})
                            ^^^^^^^^^^^^^^^^^^^^^ it is NULL in every row
      select * from a
    `,
    'a default, a filter, a left join': `
      //- models/schema.yml
      models:
        - name: visits
          columns: [{ name: a, tests: [not_null] }, { name: b, tests: [not_null] }, { name: c, tests: [not_null] }]
      //- models/visits.sql
      with w as (
        select x.id, lag(x.n, 1, 0) over (order by x.id) as a, lag(x.n) over (order by x.id) as b, y.c
        from {{ ref('x') }} as x left join {{ ref('y') }} as y on y.id = x.id
      )
      select a, b, c from w where b is not null
    `,
    'a model without rows, which only shows its columns': `
      //- models/schema.yml
      models:
        - name: visits
          columns: [{ name: note, tests: [not_null] }]
      //- models/visits.sql
      select cast(null as varchar) as note from {{ ref('x') }} where 1 = 0
    `,
    'a test for some rows': `
      //- models/schema.yml
      models:
        - name: visits
          columns: [{ name: b, tests: [{ not_null: { where: number > 1 } }] }]
      //- models/visits.sql
      select lag(n) over (order by id) as b from {{ ref('x') }}
    `,
  },
});

/** `top 0`, `limit 0`, `where 1 = 0`: a model that only shows its columns. */
function isEmptyOnPurpose(select: Select, unit: SqlUnit): boolean {
  const where = select.where ? unit.text.slice(select.where.start, select.where.end) : '';
  return (
    select.top !== undefined ||
    /^where\s*\(?\s*(?:false|\d+\s*=\s*\d+)/i.test(where) ||
    /\blimit\s+0\b/i.test(unit.text)
  );
}

/** Why some row certainly has NULL. */
function reasonFor(expression: Expression, unit: SqlUnit): string | undefined {
  let one = bare(expression);
  while (one.kind === 'cast') one = bare(one.operand);
  if (one.kind === 'literal' && one.type === 'null') return 'it is NULL in every row';
  if (one.kind !== 'call') return undefined;
  const name = one.name.parts.at(-1)?.name.toLowerCase();
  const [first, second] = one.arguments;
  if ((name === 'lag' || name === 'lead') && one.over && one.arguments.length < 3 && one.nulls !== 'ignore') {
    if (second && !(second.value.kind === 'literal' && Number(second.value.value) > 0)) return undefined;
    return name === 'lag'
      ? 'the first row of each group has none before it'
      : 'the last row of each group has none behind it';
  }
  if (name === 'nullif' && first && second) {
    const text = (at: Expression): string => unit.text.slice(at.start, at.end).replace(/\s+/g, ' ').toLowerCase();
    if (text(first.value) === text(second.value)) return 'nullif of a value and itself is NULL';
  }
  return undefined;
}
