/** May an expression be NULL where it stands? `no` and `yes` need proof; everything else is unknown. */

import { normalizeName } from '../../syntax/sql/names.ts';
import type {
  BinaryExpression,
  CaseExpression,
  ColumnReference,
  Expression,
  FunctionCall,
  Join,
  JoinType,
} from '../../syntax/sql/tree.ts';
import type { OutputColumn } from '../facts.ts';
import { functionFacts, type NullRule } from './functions.ts';

import { nullsOfJoins, nullsOfRows, rejectedBy, strictColumns } from './null-facts.ts';
import { resolveReference } from './resolve.ts';
import type { Nullability, ScopeRelation } from './scopes.ts';
import { bare, columnKey, DEPTH_LIMIT, type Inference, type Place, type Scope, unknownNullability } from './state.ts';

const notNull: Nullability = { nullable: 'no' };

export function nullabilityOf(inference: Inference, expression: Expression): Nullability {
  return nullOf(inference, expression, noAssumptions, 0);
}

/** Keys of columns that are not NULL where the expression is evaluated: behind the WHEN of a CASE. */
type Assumptions = ReadonlySet<string>;
const noAssumptions: Assumptions = new Set();

function nullOf(inference: Inference, expression: Expression, assumed: Assumptions, depth: number): Nullability {
  if (depth > DEPTH_LIMIT) return unknownNullability;
  const of = (part: Expression) => nullOf(inference, part, assumed, depth + 1);
  switch (expression.kind) {
    case 'parenthesized':
      return of(bare(expression));
    case 'column':
      return nullOfReference(inference, expression, assumed);
    case 'literal':
      return expression.type === 'null' ? { nullable: 'yes', because: 'it is a literal NULL' } : literalNotNull;
    case 'unary':
      return expression.operator === 'prior' ? unknownNullability : of(expression.operand);
    case 'binary':
      return nullOfBinary(inference, expression, assumed, depth);
    case 'between':
      return strict([of(expression.operand), of(expression.low), of(expression.high)]);
    case 'like':
      return strict([of(expression.operand), of(expression.pattern)]);
    case 'in':
      return nullOfIn(inference, expression, assumed, depth);
    case 'is':
    case 'exists':
    case 'array':
    case 'struct':
    case 'interval':
      return expression.kind === 'interval' && expression.value !== undefined ? of(expression.value) : notNull;
    case 'case':
      return nullOfCase(inference, expression, assumed, depth);
    case 'cast': {
      const operand = of(expression.operand);
      const mayFail = expression.form === 'try' || expression.form === 'safe';
      return mayFail && operand.nullable === 'no' ? unknownNullability : operand;
    }
    case 'extract':
    case 'at-time-zone':
    case 'collate':
      return of(expression.operand);
    case 'call':
      return nullOfCall(inference, expression, assumed, depth);
    case 'scalar-subquery':
      return nullOfSubquery(inference, expression);
    case 'access': {
      const operand = of(expression.operand);
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

/** NULL exactly when a part is. */
function strict(parts: readonly Nullability[]): Nullability {
  let isUnknown = false;
  for (const part of parts) {
    if (part.nullable === 'yes') return part;
    if (part.nullable === 'unknown') isUnknown = true;
  }
  if (isUnknown) return unknownNullability;
  return parts.length === 1 ? (parts[0] as Nullability) : { nullable: 'no', because: 'no part of it is NULL' };
}

/** NULL when a part is, perhaps in other cases too. */
function partial(parts: readonly Nullability[]): Nullability {
  return parts.find(part => part.nullable === 'yes') ?? unknownNullability;
}

/** One of the parts. */
function oneOf(parts: readonly Nullability[]): Nullability {
  const yes = parts.find(part => part.nullable === 'yes');
  if (yes !== undefined) return yes;
  return parts.every(part => part.nullable === 'no') ? notNull : unknownNullability;
}

/* ---------------------------------------------------------------- columns */

function nullOfReference(inference: Inference, reference: ColumnReference, assumed: Assumptions): Nullability {
  const resolved = resolveReference(inference, reference);
  switch (resolved?.kind) {
    case 'column':
    case 'assumed': {
      if (assumed.size > 0 && resolved.path.length === 0) {
        if (assumed.has(columnKey(resolved.relation, normalizeName(resolved.column, inference.dialect))))
          return notNull;
      }
      const place = placeIn(inference, reference, resolved.relation);
      const made = resolved.kind === 'column' ? resolved.merged?.join : undefined;
      const whole = nullOfColumn(inference, resolved.relation, resolved.column, place, made);
      return resolved.path.length === 0 || whole.nullable === 'yes' ? whole : unknownNullability;
    }
    case 'output':
      return nullOfOutput(resolved.column);
    case 'alias': {
      const column = inference.columnOf(resolved.item);
      return column === undefined ? unknownNullability : nullOfOutput(column);
    }
    default:
      return unknownNullability;
  }
}

export function nullOfOutput(column: OutputColumn): Nullability {
  return column.nullableBecause === undefined
    ? { nullable: column.nullable }
    : { nullable: column.nullable, because: column.nullableBecause };
}

const behindCondition: Nullability = {
  nullable: 'no',
  because: 'a condition of the query drops the rows where it is NULL',
};

/** The place from which a reference looks into the scope of a relation, perhaps from inside a subquery. */
function placeIn(inference: Inference, reference: ColumnReference, relation: ScopeRelation): Place | undefined {
  let place = inference.places.get(reference);
  while (place !== undefined && place.scope !== relation.scope) place = place.scope.parentPlace;
  return place;
}

function nullsAt(inference: Inference, place: Place) {
  switch (place.clause) {
    case 'on':
    case 'lateral':
      return nothingRejected;
    case 'where':
      return nullsOfJoins(inference, place.scope);
    default:
      return nullsOfRows(inference, place.scope);
  }
}

const nothingRejected = { undone: new Set<never>(), rejected: new Set<string>() } as const;

/** A column of a relation as seen from a place of the same query; `made` is the join whose USING made it of several. */
export function nullOfColumn(
  inference: Inference,
  relation: ScopeRelation,
  column: OutputColumn,
  place: Place | undefined,
  made?: Join,
): Nullability {
  if (place === undefined) return unknownNullability;
  // A placeholder may hold a join or a condition that decides.
  if (place.scope.select?.isOpaque) return unknownNullability;
  const nulls = nullsAt(inference, place);
  if (place.clause !== 'on' && place.clause !== 'lateral' && place.clause !== 'where') {
    const subtotals = subtotalsOf(inference, place.scope);
    if (subtotals.size > 0 && subtotals.has(columnKey(relation, normalizeName(column, inference.dialect)))) {
      if (place.scope.select?.having !== undefined) return unknownNullability;
      return { nullable: 'yes', because: 'the rows of subtotals have NULL there' };
    }
  }
  for (const join of relation.nullableBy) {
    if (nulls.undone.has(join)) continue;
    if (made !== undefined && (join === made || isBeneath(join, made))) continue;
    if (place.clause === 'on' && (place.join === undefined || !isBeneath(join, place.join))) continue;
    // A lateral table sees the rows joined so far, and this join may come later.
    if (place.clause === 'lateral') return unknownNullability;
    if (column.nullable === 'yes') return nullOfOutput(column);
    return { nullable: 'yes', because: describeSide(join.type, relation) };
  }
  if (column.nullable === 'no' || nulls.rejected.size === 0) return nullOfOutput(column);
  const isRejected = nulls.rejected.has(columnKey(relation, normalizeName(column, inference.dialect)));
  return isRejected ? behindCondition : nullOfOutput(column);
}

function isBeneath(join: Join, outer: Join): boolean {
  return join !== outer && join.start >= outer.start && join.end <= outer.end;
}

export function describeSide(type: JoinType, relation: ScopeRelation): string {
  const name = relation.name === undefined ? '' : ` (\`${relation.name.name}\`)`;
  if (type === 'full') return `comes from a side of the full join that may have no match${name}`;
  if (type === 'right') return `comes from the left side of a right join${name}`;
  if (type === 'outer-apply') return `comes from the right side of an outer apply${name}`;
  return `comes from the right side of a left join${name}`;
}

/** Keys of the columns that ROLLUP, CUBE and GROUPING SETS leave out in some rows. */
function subtotalsOf(inference: Inference, scope: Scope): ReadonlySet<string> {
  if (scope.subtotals === undefined) {
    if (!scope.select?.groupBy?.items.some(item => item.kind === 'grouping')) {
      scope.subtotals = noAssumptions;
      return noAssumptions;
    }
    const keys = new Set<string>();
    const stack = [...(scope.select?.groupBy?.items ?? [])].filter(item => item.kind === 'grouping');
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      for (const item of next.items) {
        if (item.kind === 'grouping') stack.push(item);
        else
          for (const part of item.kind === 'tuple' ? item.elements : [item]) {
            const inner = bare(part);
            if (inner.kind !== 'column') continue;
            const resolved = resolveReference(inference, inner);
            if (resolved?.kind === 'column' || resolved?.kind === 'assumed') {
              keys.add(columnKey(resolved.relation, normalizeName(resolved.column, inference.dialect)));
            }
          }
      }
    }
    scope.subtotals = keys;
  }
  return scope.subtotals;
}

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

/** Columns that are not NULL behind `when x is null`. */
function rejectedByElse(inference: Inference, when: Expression, depth: number): Assumptions {
  const condition = bare(when);
  if (condition.kind !== 'is' || condition.test !== 'null' || condition.not) return noAssumptions;
  const operand = bare(condition.operand);
  return operand.kind === 'column' ? strictColumns(inference, [operand], depth) : noAssumptions;
}

function union(a: Assumptions, b: Assumptions): Assumptions {
  if (b.size === 0) return a;
  return a.size === 0 ? b : new Set([...a, ...b]);
}

/* -------------------------------------------------------------- functions */

function nullOfCall(inference: Inference, call: FunctionCall, assumed: Assumptions, depth: number): Nullability {
  const name = call.name.parts.length === 1 ? (call.name.parts[0]?.name ?? '').toLowerCase() : '';
  const facts = functionFacts(name, inference.dialect);
  if (facts === undefined || call.arguments.some(argument => argument.value.kind === 'unknown'))
    return unknownNullability;
  const rule: NullRule = name === 'isnull' && call.arguments.length === 1 ? 'never' : facts.nulls;
  const argument = (index: number): Nullability | undefined => {
    const value = call.arguments[index]?.value;
    return value === undefined ? undefined : nullOf(inference, value, assumed, depth + 1);
  };
  const all = () => call.arguments.map((_, i) => argument(i) as Nullability);
  switch (rule) {
    case 'never':
      return { nullable: 'no', because: `${name}() is never NULL` };
    case 'strict':
      return strict(all());
    case 'partial':
      return partial(all());
    case 'total':
      return all().every(part => part.nullable === 'no') ? notNull : unknownNullability;
    case 'coalesce': {
      const parts = all();
      if (parts.some(part => part.nullable === 'no'))
        return { nullable: 'no', because: `${name}() has a value that is not NULL` };
      const yes = parts.every(part => part.nullable === 'yes') ? parts[0] : undefined;
      return yes ?? unknownNullability;
    }
    case 'branches':
      return nullOfBranches(inference, call, name, assumed, depth);
    case 'first':
      return call.over === undefined || !mayBeEmpty(call) ? nullOfFirst(call, argument(0)) : unknownNullability;
    case 'nullif':
      return { nullable: 'yes', because: `${name}() makes NULLs` };
    case 'offset':
      return nullOfOffset(call, name, argument);
    case 'rows':
      return nullOfRows(inference, call, argument(0));
    case 'unknown':
      return unknownNullability;
  }
}

function nullOfBranches(
  inference: Inference,
  call: FunctionCall,
  name: string,
  assumed: Assumptions,
  depth: number,
): Nullability {
  const [condition, yes, no] = call.arguments.map(argument => argument.value);
  if (condition === undefined || yes === undefined) return unknownNullability;
  if (call.arguments.length > 3) return unknownNullability;
  if (no === undefined) return { nullable: 'yes', because: `${name}() has no value for the other case` };
  const whenTrue = union(
    assumed,
    name === 'nvl2' ? strictColumns(inference, [condition], depth + 1) : rejectedBy(inference, condition, depth + 1),
  );
  const whenFalse = name === 'nvl2' ? assumed : union(assumed, rejectedByElse(inference, condition, depth + 1));
  return oneOf([nullOf(inference, yes, whenTrue, depth + 1), nullOf(inference, no, whenFalse, depth + 1)]);
}

/** Frames that may hold no row for some rows. */
function mayBeEmpty(call: FunctionCall): boolean {
  if (call.over === undefined || call.over.kind === 'identifier') return call.over !== undefined;
  const { base, frame } = call.over;
  if (base !== undefined) return true;
  if (frame === undefined) return false;
  const holdsCurrent = (from: string, to: string | undefined) =>
    (from === 'unbounded preceding' || from === 'current row' || from === 'preceding') &&
    (to === undefined || to === 'current row' || to === 'unbounded following' || to === 'following');
  return !holdsCurrent(frame.from, frame.to);
}

function nullOfFirst(call: FunctionCall, first: Nullability | undefined): Nullability {
  if (first === undefined) return unknownNullability;
  return call.nulls === 'ignore' && first.nullable === 'yes' ? unknownNullability : first;
}

function nullOfOffset(
  call: FunctionCall,
  name: string,
  argument: (index: number) => Nullability | undefined,
): Nullability {
  const fallback = argument(2);
  if (fallback === undefined) return { nullable: 'yes', because: `${name}() has no row to look at in some rows` };
  const value = argument(0);
  return value === undefined || call.nulls === 'ignore' ? unknownNullability : oneOf([value, fallback]);
}

/** An aggregate that is NULL when it saw no value but NULL. */
function nullOfRows(inference: Inference, call: FunctionCall, value: Nullability | undefined): Nullability {
  if (value?.nullable !== 'no' || call.filter !== undefined) return unknownNullability;
  if (call.over !== undefined) return mayBeEmpty(call) ? unknownNullability : groupNotNull;
  const groupBy = inference.aggregateScopes.get(call)?.select?.groupBy;
  const hasRows = groupBy !== undefined && (groupBy.all || groupBy.items.length > 0);
  const mayBeWhole = groupBy?.items.some(item => item.kind === 'grouping') ?? false;
  return hasRows && !mayBeWhole ? groupNotNull : unknownNullability;
}

const groupNotNull: Nullability = { nullable: 'no', because: 'each group has rows, and none of its values is NULL' };

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
