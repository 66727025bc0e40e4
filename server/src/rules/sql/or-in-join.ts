import type { Expression } from '../../syntax/sql/tree.ts';
import { bare, columnOf, operandsOf } from '../expressions.ts';
import { defineRule, type SqlUnit } from '../rule.ts';

export default defineRule({
  summary: 'A join on one equality OR another.',
  why: 'No hash join can do that, so every row is compared with every other; and a row that fits both ways may match twice.',
  details:
    'Fires where the whole ON condition is an OR of equalities between different columns. Silent where another equality, joined by AND, links the two sides; for `x is null or …`; for null-safe comparisons; and for one column compared with several values.',
  severity: 'info',
  status: 'preview',
  on: 'sql:join',
  check(join, { unit, report }) {
    if (!unit || !join.on || join.type === 'cross') return;
    const arms = operandsOf(join.on, 'or');
    if (arms.length < 2) return;
    const pairs = arms.map(arm => linkOf(unit, arm));
    if (pairs.some(pair => pair === undefined) || new Set(pairs).size < 2 || isChained(unit, arms)) return;
    report(
      join.on,
      `This join matches one way OR another: every row is compared with every other, and a row that fits ${pairs.length === 2 ? 'both ways' : 'several ways'} may match more than once. Join once for each way, and take the first match with coalesce, or UNION the results.`,
    );
  },
  examples: {
    'two ways to match': `
      select l.id from {{ ref('leads') }} as l
      left join {{ ref('touches') }} as t on l.email = t.contact_email or l.email = t.user_email
                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info: a row that fits both ways may match more than once
      -> no fix
    `,
    'in parentheses, in a CTE': `
      with touched as (
        select l.id from {{ ref('leads') }} as l
        join {{ ref('touches') }} as t on ((l.id = t.lead_id) or (l.email = t.email) or (l.phone = t.phone))
                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ fits several ways
      )
      select id from touched
    `,
    'another equality links the sides': `
      select p.id from {{ ref('pools') }} as p
      join {{ ref('trades') }} as t on p.id = t.pool and (p.token_0 = t.token or p.token_1 = t.token)
    `,
    'open ends, null-safe, several values': `
      select a.id from {{ ref('a') }} as a
      join {{ ref('b') }} as b on b.valid_to is null or a.ts < b.valid_to
      join {{ ref('c') }} as c on a.id = c.id or (a.id is null and c.id is null)
      join {{ ref('d') }} as d on d.x = 1 or d.x = 2
      full join {{ ref('e') }} as e on a.id = e.id or b.id = e.id
    `,
  },
});

/** `a.id = c.id or b.id = c.id` behind a full join of a and b: one key, wherever it comes from. */
function isChained(unit: SqlUnit, arms: readonly Expression[]): boolean {
  const names = arms.flatMap(arm =>
    arm.kind === 'binary'
      ? [arm.left, arm.right].map(side => columnOf(unit, bare(side))?.column.name.toLowerCase())
      : [],
  );
  return new Set(names).size === 1;
}

/** The two columns that the arm equates, of two relations; the same text for the same two. */
function linkOf(unit: SqlUnit, arm: Expression): string | undefined {
  if (arm.kind !== 'binary' || arm.operator !== '=') return undefined;
  const left = columnOf(unit, bare(arm.left));
  const right = columnOf(unit, bare(arm.right));
  if (!left || !right || left.relation === right.relation) return undefined;
  return [left, right]
    .map(one => `${one.relation.id} ${one.column.name.toLowerCase()}`)
    .sort()
    .join(' = ');
}
