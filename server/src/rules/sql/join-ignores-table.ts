import type { ScopeRelation, SelectScope } from '../../project/infer/scopes.ts';
import type { Expression, Join } from '../../syntax/sql/tree.ts';
import { bare, columnsIn, holdsUnknown, joinsIn, operandsOf, quoted } from '../expressions.ts';
import { defineRule, type SqlUnit } from '../rule.ts';

export default defineRule({
  summary: 'The ON of a join never mentions the table it joins.',
  why: 'Where the condition holds, every row of the joined table matches: rows multiply, and so does every sum behind it.',
  details:
    'Fires where ON compares columns of other tables with each other. Silent for `on true`, constants, conditions on the joined table alone (a lookup row), lateral joins, and where a name cannot be resolved.',
  severity: 'error',
  on: 'sql:select',
  check(select, { unit, report }) {
    const scope = unit?.facts.scopes.get(select);
    if (!unit || !scope || scope.isOpen || select.isOpaque) return;
    for (const join of joinsIn(select)) {
      const joined = ignoredBy(join, scope, unit);
      if (!joined || !join.on) continue;
      const name = joined.name?.name ?? 'the joined table';
      report(
        join.on,
        `This condition never mentions '${name}', so where ${quoted(unit, join.on)} holds every row of '${name}' matches. Compare a column of '${name}'.`,
      );
    }
  },
  examples: {
    'compares the tables before it': `
      select a.id, c.name from {{ ref('a') }} as a
      join {{ ref('b') }} as b on b.a_id = a.id
      left join {{ ref('c') }} as c on a.id = b.a_id
                                       ^^^^^^^^^^^^^ never mentions 'c'
    `,
    'in a CTE, without aliases': `
      with joined as (
        select orders.id from {{ ref('orders') }}
        join {{ ref('lines') }} on orders.id = orders.parent_id
                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ every row of 'lines' matches
      )
      select id from joined
    `,
    'said on purpose, or a lookup row': `
      select a.id, r.rate, t.total from {{ ref('a') }} as a
      left join {{ ref('totals') }} as t on true
      left join {{ ref('rates') }} as r on r.is_latest and r.kind = 'EUR'
      left join {{ ref('bonus') }} as o on a.kind = 'bonus'
    `,
    'a name that may be its own': `
      select a.id from {{ ref('a') }} as a join {{ ref('b') }} as b on a.id = a_id
      join {{ ref('c') }} as c on a.id = {{ some_macro('c') }}
    `,
    'nested joins': `
      select a.id from {{ ref('a') }} as a left join ({{ ref('b') }} as b join {{ ref('c') }} as c on c.b_id = b.id) on c.a_id = a.id
    `,
  },
});

/** The relation that a join adds and its condition passes over. */
function ignoredBy(join: Join, scope: SelectScope, unit: SqlUnit): ScopeRelation | undefined {
  if (!join.on || join.modifier || join.type === 'apply' || join.type === 'outer-apply') return undefined;
  const joined = scope.relations.filter(one => one.table.start >= join.right.start && one.table.end <= join.right.end);
  const [only] = joined;
  if (!only || joined.length > 1 || only.isLateral || only.table !== join.right) return undefined;
  if (holdsUnknown(join.on)) return undefined;
  let isComparison = false;
  for (const conjunct of operandsOf(join.on, 'and')) {
    for (const reference of columnsIn(conjunct)) {
      const relation = relationOf(reference, scope, unit);
      if (!relation || relation === only) return undefined;
    }
    if (conjunct.kind === 'binary' && conjunct.operator !== 'or') {
      isComparison ||= namesColumn(conjunct.left) && namesColumn(conjunct.right);
    }
  }
  return isComparison ? only : undefined;
}

function namesColumn(expression: Expression): boolean {
  return columnsIn(bare(expression)).length > 0;
}

function relationOf(
  reference: Extract<Expression, { readonly kind: 'column' }>,
  scope: SelectScope,
  unit: SqlUnit,
): ScopeRelation | undefined {
  const resolved = unit.facts.resolve(reference);
  if (resolved?.kind === 'column' && resolved.merged) return undefined;
  // Without a qualifier, what only one open relation can deliver may still come from another.
  if (resolved?.kind === 'column' || (resolved?.kind === 'assumed' && reference.parts.length > 1))
    return resolved.relation;
  const qualifier = reference.parts.length > 1 ? reference.parts.at(-2)?.name.toLowerCase() : undefined;
  return scope.relations.find(one => qualifier !== undefined && one.name?.name.toLowerCase() === qualifier);
}
