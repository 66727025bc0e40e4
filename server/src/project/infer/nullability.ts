/** May an expression be NULL where it stands? `no` and `yes` need proof; everything else is unknown. */

import type { BinaryExpression, CaseExpression, Expression } from '../../syntax/sql/tree.ts';
import { rejectedBy, strictColumns } from './null-facts.ts';
import { nullOfCall } from './null-of-calls.ts';
import { type Assumptions, noAssumptions, nullOfOutput, nullOfReference } from './null-of-columns.ts';
import { notNull, oneOf, partial, rejectedByElse, strict, union } from './null-rules.ts';
import type { Nullability } from './scopes.ts';
import { bare, DEPTH_LIMIT, type Inference, unknownNullability } from './state.ts';

export function nullabilityOf(inference: Inference, expression: Expression): Nullability {
  return nullOf(inference, expression, noAssumptions, 0);
}

function nullOf(inference: Inference, expression: Expression, assumed: Assumptions, depth: number): Nullability {
  if (depth > DEPTH_LIMIT) return unknownNullability;
  switch (expression.kind) {
    case 'parenthesized':
      return nullOf(inference, bare(expression), assumed, depth + 1);
    case 'column':
      return nullOfReference(inference, expression, assumed);
    case 'literal':
      return expression.type === 'null' ? { nullable: 'yes', because: 'it is a literal NULL' } : literalNotNull;
    case 'unary':
      return expression.operator === 'prior'
        ? unknownNullability
        : nullOf(inference, expression.operand, assumed, depth + 1);
    case 'binary':
      return nullOfBinary(inference, expression, assumed, depth);
    case 'between':
      return strict(
        [expression.operand, expression.low, expression.high].map(part => nullOf(inference, part, assumed, depth + 1)),
      );
    case 'like':
      return strict([expression.operand, expression.pattern].map(part => nullOf(inference, part, assumed, depth + 1)));
    case 'in':
      return nullOfIn(inference, expression, assumed, depth);
    case 'is':
    case 'exists':
    case 'array':
    case 'struct':
    case 'interval':
      return expression.kind === 'interval' && expression.value !== undefined
        ? nullOf(inference, expression.value, assumed, depth + 1)
        : notNull;
    case 'case':
      return nullOfCase(inference, expression, assumed, depth);
    case 'cast': {
      const operand = nullOf(inference, expression.operand, assumed, depth + 1);
      const mayFail = expression.form === 'try' || expression.form === 'safe';
      return mayFail && operand.nullable === 'no' ? unknownNullability : operand;
    }
    case 'extract':
    case 'at-time-zone':
    case 'collate':
      return nullOf(inference, expression.operand, assumed, depth + 1);
    case 'call':
      return nullOfCall(
        inference,
        expression,
        assumed,
        (part, inside) => nullOf(inference, part, inside, depth + 1),
        depth,
      );
    case 'scalar-subquery':
      return nullOfSubquery(inference, expression);
    case 'access': {
      const operand = nullOf(inference, expression.operand, assumed, depth + 1);
      return operand.nullable === 'yes' ? operand : unknownNullability;
    }
    case 'quantified':
    case 'tuple':
    case 'lambda':
    case 'parameter':
    case 'star-expression':
    case 'comprehension':
    case 'unknown':
    case 'error':
      return unknownNullability;
  }
}

const literalNotNull: Nullability = { nullable: 'no', because: 'it is a literal' };

/* -------------------------------------------------------------- operators */

/** Division by zero gives NULL there, or did in versions that people run. */
const zeroDivisionIsNull = new Set(['mysql', 'sqlite', 'hive', 'sparksql', 'databricks', 'duckdb', 'ansi']);
const jsonOperators = new Set(['->', '->>', '#>', '#>>', '?', '?|', '?&', '@?', '@@', '#-']);

function nullOfBinary(
  inference: Inference,
  expression: BinaryExpression,
  assumed: Assumptions,
  depth: number,
): Nullability {
  // Chains lean left and may be long: `a || b || c || …`.
  const spine: BinaryExpression[] = [];
  let leftmost: Expression = expression;
  for (; leftmost.kind === 'binary'; leftmost = leftmost.left) spine.push(leftmost);
  let result = nullOf(inference, leftmost, assumed, depth + 1);
  for (let i = spine.length - 1; i >= 0; i--) {
    const node = spine[i] as BinaryExpression;
    result = combine(node, result, nullOf(inference, node.right, assumed, depth + 1), inference);
  }
  return result;
}

function combine(node: BinaryExpression, left: Nullability, right: Nullability, inference: Inference): Nullability {
  switch (node.operator) {
    case 'unknown':
      return unknownNullability;
    case 'and':
    case 'or':
      return left.nullable === 'no' && right.nullable === 'no' ? notNull : unknownNullability;
    case 'is distinct from':
    case 'is not distinct from':
    case '<=>':
      return notNull;
    case '/':
    case '//':
    case '%':
    case 'div':
    case 'mod': {
      const parts = strict([left, right]);
      if (parts.nullable !== 'no' || !zeroDivisionIsNull.has(inference.dialect)) return parts;
      return isNonZero(node.right) ? parts : unknownNullability;
    }
    default:
      return jsonOperators.has(node.operator) ? partial([left, right]) : strict([left, right]);
  }
}

function isNonZero(expression: Expression): boolean {
  const inner = bare(expression);
  return (
    inner.kind === 'literal' && !inner.hasUnknown && Number(inner.value) !== 0 && !Number.isNaN(Number(inner.value))
  );
}

function nullOfIn(
  inference: Inference,
  expression: Extract<Expression, { kind: 'in' }>,
  assumed: Assumptions,
  depth: number,
): Nullability {
  const operand = nullOf(inference, expression.operand, assumed, depth + 1);
  if (expression.list !== undefined) {
    if (operand.nullable === 'yes') return operand;
    const all = [operand, ...expression.list.map(value => nullOf(inference, value, assumed, depth + 1))];
    return all.every(part => part.nullable === 'no') ? notNull : unknownNullability;
  }
  if (expression.query !== undefined && operand.nullable === 'no') {
    const columns = inference.outputOf(expression.query)?.columns;
    const column = columns?.columns[0];
    if (columns?.isComplete && columns.columns.length === 1 && column?.nullable === 'no') return notNull;
  }
  return unknownNullability;
}

function nullOfCase(
  inference: Inference,
  expression: CaseExpression,
  assumed: Assumptions,
  depth: number,
): Nullability {
  const results: Nullability[] = [];
  let otherwise: Assumptions = assumed;
  for (const branch of expression.branches) {
    let inside = otherwise;
    if (expression.operand === undefined) inside = union(otherwise, rejectedBy(inference, branch.when, depth + 1));
    else if (branch.when.kind !== 'literal' || branch.when.type !== 'null') {
      // `case x when 1 then …`: x is no NULL in there.
      inside = union(otherwise, strictColumns(inference, [expression.operand], depth + 1));
    }
    results.push(nullOf(inference, branch.then, inside, depth + 1));
    if (expression.operand === undefined)
      otherwise = union(otherwise, rejectedByElse(inference, branch.when, depth + 1));
  }
  if (expression.else === undefined) {
    return { nullable: 'yes', because: 'the CASE has no ELSE' };
  }
  results.push(nullOf(inference, expression.else, otherwise, depth + 1));
  return oneOf(results);
}

/** A scalar subquery without rows is NULL; an aggregate without GROUP BY gives one row whatever happens. */
function nullOfSubquery(
  inference: Inference,
  expression: Extract<Expression, { kind: 'scalar-subquery' }>,
): Nullability {
  if (expression.collects) return unknownNullability;
  const body = expression.query.body;
  if (body.kind !== 'select' || expression.query.limit !== undefined || expression.query.isOpaque)
    return unknownNullability;
  const column = inference.outputOf(expression.query)?.columns.columns[0];
  if (column === undefined) return unknownNullability;
  if (column.nullable === 'yes') return nullOfOutput(column);
  const isOneRow =
    body.groupBy === undefined && body.having === undefined && body.qualify === undefined && body.where === undefined;
  const always = body.groupBy === undefined && body.having === undefined && body.qualify === undefined;
  if (
    column.nullable === 'no' &&
    ((always && column.derivation === 'aggregate') || (isOneRow && body.from === undefined))
  ) {
    return nullOfOutput(column);
  }
  return unknownNullability;
}
