/** What the expression behind a column makes of it, as far as its kind cannot be told by its type. */

import type { Expression, FunctionCall } from '../syntax/sql/tree.ts';

/** NULL, of whatever type: a placeholder for a column that only others fill. */
export function isNull(expression: Expression): boolean {
  const inner = bare(expression);
  if (inner.kind === 'cast') return isNull(inner.operand);
  return inner.kind === 'literal' && inner.type === 'null';
}

/**
 * A part of a whole: one count by another, or a sum by a sum of the same column. A sum by a count is an average, and sums
 * of two columns may be a price.
 */
export function isRatio(expression: Expression): boolean {
  const division = divisionIn(expression, 0);
  if (!division) return false;
  const [part, whole] = division.map(side => measureOf(side, 0));
  return part !== undefined && part === whole;
}

/** Wrappers that leave a ratio a ratio. */
const WRAPPERS = new Set(['round', 'coalesce', 'ifnull', 'nvl', 'isnull', 'zeroifnull', 'trunc', 'nullif']);
const DIVISIONS = new Set(['safe_divide', 'div0', 'div0null', 'divide', 'try_divide']);
const MAX_DEPTH = 20;

function divisionIn(expression: Expression, depth: number): readonly [Expression, Expression] | undefined {
  const inner = bare(expression);
  if (depth > MAX_DEPTH) return undefined;
  if (inner.kind === 'cast') return divisionIn(inner.operand, depth + 1);
  if (inner.kind === 'binary' && inner.operator === '/') return [inner.left, inner.right];
  // `100 * a / b` and `a / b * 100`.
  if (inner.kind === 'binary' && inner.operator === '*') {
    const scaled = [inner.left, inner.right].filter(side => bare(side).kind !== 'literal');
    return scaled.length === 1 && scaled[0] ? divisionIn(scaled[0], depth + 1) : undefined;
  }
  if (inner.kind !== 'call') return undefined;
  const name = nameOf(inner);
  const [first, second] = inner.arguments.map(argument => argument.value);
  if (first && second && DIVISIONS.has(name)) return [first, second];
  return first && WRAPPERS.has(name) ? divisionIn(first, depth + 1) : undefined;
}

const COUNTS = new Set(['count', 'count_if', 'countif', 'approx_count_distinct', 'approx_distinct', 'uniq']);

/** `count`, or the summed column; `undefined` for anything else. */
function measureOf(expression: Expression, depth: number): string | undefined {
  const inner = bare(expression);
  if (depth > MAX_DEPTH) return undefined;
  if (inner.kind === 'cast') return measureOf(inner.operand, depth + 1);
  if (inner.kind === 'binary' && (inner.operator === '*' || inner.operator === '/')) {
    const [value, ...others] = [inner.left, inner.right].filter(side => bare(side).kind !== 'literal');
    return value && others.length === 0 ? measureOf(value, depth + 1) : undefined;
  }
  if (inner.kind !== 'call') return undefined;
  const name = nameOf(inner);
  if (COUNTS.has(name)) return 'count';
  const first = inner.arguments[0]?.value;
  if (name === 'sum' || name === 'sumif' || name === 'sum_if') return first && summed(first);
  return first && WRAPPERS.has(name) ? measureOf(first, depth + 1) : undefined;
}

/** The column in `sum(x)` and `sum(case when … then x else 0 end)`; ones and zeros are counted. */
function summed(expression: Expression): string | undefined {
  const inner = bare(expression);
  if (inner.kind === 'column') return inner.parts.at(-1)?.name.toLowerCase();
  // `sum(is_paid::int)`
  if (inner.kind === 'cast') return /^(?:tiny|small|big)?int/.test(inner.type.name) ? 'count' : summed(inner.operand);
  if (inner.kind !== 'case') return undefined;
  const results = [...inner.branches.map(branch => branch.then), ...(inner.else ? [inner.else] : [])].map(bare);
  const values = results.filter(one => one.kind !== 'literal');
  const [value, ...others] = values;
  if (value === undefined) return 'count';
  return value.kind === 'column' && others.length === 0 ? value.parts.at(-1)?.name.toLowerCase() : undefined;
}

function nameOf(call: FunctionCall): string {
  return call.name.parts.at(-1)?.name.toLowerCase() ?? '';
}

function bare(expression: Expression): Expression {
  let inner = expression;
  while (inner.kind === 'parenthesized') inner = inner.expression;
  return inner;
}
