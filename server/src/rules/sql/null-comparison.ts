import type { BinaryExpression, CaseExpression, Expression } from '../../syntax/sql/tree.ts';
import { defineRule, insert, remove, replace, suggest } from '../rule.ts';
import { inCaseOf, isWritten, textOf } from '../written.ts';

export default defineRule({
  summary: 'A comparison with NULL by `=`, `<>`, `<` or `>` is never true.',
  why: 'Comparing anything with NULL gives NULL, so a filter keeps no row and a CASE branch is never taken.',
  details:
    'Silent where NULL is not compared: assignments in UPDATE, named arguments, `is distinct from null`, and values that Jinja computes.',
  severity: 'error',
  on: ['sql:binary', 'sql:case'],
  check(node, { unit, report }) {
    if (!unit) return;
    const isNull = (one: Expression): boolean => one.kind === 'literal' && one.type === 'null' && isWritten(unit, one);
    if (node.kind === 'case') return checkCase(node, isNull, report);
    if (!COMPARISONS.has(node.operator)) return;
    const side = isNull(node.right) ? 'right' : isNull(node.left) ? 'left' : undefined;
    if (side === undefined) return;
    const test = EQUAL.has(node.operator) ? 'is null' : UNEQUAL.has(node.operator) ? 'is not null' : undefined;
    const advice = test === undefined ? 'Decide what an unknown value should do here.' : `Write '${test}'.`;
    report(node, `'${node.operator} null' is never true, because comparing with NULL gives NULL. ${advice}`, {
      fixes:
        test === undefined
          ? []
          : [rewrite(node, side, inCaseOf(textOf(unit, side === 'right' ? node.right : node.left), test))],
    });
  },
  examples: {
    'keeps no row': `
      select id from orders where shipped_at = null
                                  ^^^^^^^^^^^^^^^^^ error: is never true
      -> Write IS NULL
      select id from orders where shipped_at is null
    `,
    'keeps no row, the other way round': `
      select id from orders where NULL <> {{ 'shipped_at' }} and id > 0
                                  ^^^^^^^^^^^^^^^^^^^^^^^ Write 'is not null'
      -> Write IS NOT NULL
      select id from orders where {{ 'shipped_at' }} IS NOT NULL and id > 0
    `,
    'a branch that is never taken': `
      select case status when null then 'open' when 'x' then 'closed' end as state from orders
                              ^^^^ this branch is never taken
    `,
    'a value that Jinja computes is not judged': `
      {% set none_value = 'null' %}
      select id from orders where status = {{ none_value }}
    `,
    'IS NULL, IS DISTINCT FROM and named arguments': `
      select lag(x, default => null) over (order by id) as previous
      from orders
      where a is null and b is not distinct from null
    `,
  },
});

const EQUAL = new Set(['=', '==']);
const UNEQUAL = new Set(['<>', '!=']);
const COMPARISONS = new Set([...EQUAL, ...UNEQUAL, '<', '>', '<=', '>=']);

function rewrite(node: BinaryExpression, side: 'left' | 'right', test: string) {
  const title = `Write ${test.toUpperCase()}`;
  if (side === 'right') return suggest(title, replace({ start: node.operatorSpan.start, end: node.right.end }, test));
  return suggest(title, remove({ start: node.left.start, end: node.right.start }), insert(node.right.end, ` ${test}`));
}

function checkCase(
  node: CaseExpression,
  isNull: (one: Expression) => boolean,
  report: (at: Expression, message: string) => void,
): void {
  if (node.operand === undefined) return;
  for (const branch of node.branches) {
    if (!isNull(branch.when)) continue;
    report(
      branch.when,
      "'when null' compares with '=', which is never true for NULL, so this branch is never taken. Write 'case when … is null then …'.",
    );
  }
}
