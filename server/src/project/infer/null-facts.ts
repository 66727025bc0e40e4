/** What the conditions of a query say about NULL: which columns they reject it in, and which outer joins they undo. */

import { normalizeName } from '../../syntax/sql/names.ts';
import type { ColumnReference, Expression, Join } from '../../syntax/sql/tree.ts';
import { functionFacts } from './functions.ts';

import { resolveReference } from './resolve.ts';
import type { QueryFacts, ScopeRelation, SelectScope } from './scopes.ts';
import { bare, columnKey, DEPTH_LIMIT, type Inference, type NullFacts, type Scope } from './state.ts';

/** NULL facts that hold behind the joins alone, in WHERE itself. */
export function nullsOfJoins(inference: Inference, scope: Scope): NullFacts {
  scope.nullsOfJoins ??= findNullFacts(inference, scope, []);
  return scope.nullsOfJoins;
}

/** NULL facts that hold in the rows that are left behind WHERE, HAVING and QUALIFY. */
export function nullsOfRows(inference: Inference, scope: Scope): NullFacts {
  if (scope.nullsOfRows === undefined) {
    // Conditions that read aliases of the list come back here: what they find is what the joins say.
    scope.nullsOfRows = nullsOfJoins(inference, scope);
    const { select } = scope;
    const conditions = [select?.where, select?.having, select?.qualify].flatMap(clause => clause?.condition ?? []);
    if (conditions.length > 0) scope.nullsOfRows = findNullFacts(inference, scope, conditions);
  }
  return scope.nullsOfRows;
}

const noNullFacts: NullFacts = { undone: { left: new Set(), right: new Set() }, rejected: new Set() };

function findNullFacts(inference: Inference, scope: Scope, conditions: readonly Expression[]): NullFacts {
  const joins = joinsOf(scope);
  if (conditions.length === 0 && joins.length === 0) return noNullFacts;
  const undone = { left: new Set<Join>(), right: new Set<Join>() };
  const rejected = new Set<string>();
  const apply = (condition: Expression, join: Join | undefined) => {
    for (const key of rejectedBy(inference, condition, 0, true)) {
      rejected.add(key);
      const relation = scope.relations.find(candidate => key.startsWith(`${candidate.id}:`));
      if (relation === undefined) continue;
      for (const outer of relation.nullableBy) {
        // The condition of a join drops only rows that were made beneath it.
        if (join === undefined || (outer !== join && outer.start >= join.start && outer.end <= join.end))
          undone[sideOf(outer, relation)].add(outer);
      }
    }
  };
  for (const condition of conditions) apply(condition, undefined);

  // An outer join that is undone is an inner join: its own condition may undo others. Each round undoes one at least.
  const applied = new Set<Join>();
  for (let again = true; again; ) {
    again = false;
    for (const join of joins) {
      if (applied.has(join) || !(dropsUnmatched(join) || isUndoneWhole(join, undone))) continue;
      applied.add(join);
      again = true;
      if (join.on !== undefined) apply(join.on, join);
      for (const merged of scope.merged) {
        if (merged.join !== join) continue;
        for (const { relation, column } of merged.members) {
          rejected.add(columnKey(relation, normalizeName(column, inference.dialect)));
        }
      }
    }
  }
  return { undone, rejected };
}

/** Rows without a match on the other side are gone. */
function dropsUnmatched(join: Join): boolean {
  return join.type === 'inner' || join.type === 'semi';
}

function isUndoneWhole(join: Join, undone: NullFacts['undone']): boolean {
  const { left, right } = undone;
  switch (join.type) {
    case 'left':
      return right.has(join);
    case 'right':
      return left.has(join);
    case 'full':
      return left.has(join) && right.has(join);
    default:
      return false;
  }
}

/** The side of the join on which the relation stands: a full join whose left side must match is a left join still. */
export function sideOf(join: Join, relation: ScopeRelation): 'left' | 'right' {
  return relation.table.start >= join.right.start ? 'right' : 'left';
}

function joinsOf(scope: Scope): readonly Join[] {
  const joins: Join[] = [];
  const stack = [...scope.tables];
  for (let table = stack.pop(); table !== undefined; table = stack.pop()) {
    if (table.kind === 'join') {
      joins.push(table);
      stack.push(table.left, table.right);
    } else if (table.kind === 'parenthesized-table' && table.alias === undefined) stack.push(table.table);
  }
  return joins;
}

/** Relations of the scope whose columns must not all be NULL where the condition is true. `facts` is what `inferQuery` gave. */
export function relationsRejectedBy(
  facts: QueryFacts,
  scope: SelectScope,
  condition: Expression,
): readonly ScopeRelation[] {
  // The facts are the inference itself, seen read-only.
  const keys = [...rejectedBy(facts as Inference, condition, 0)];
  return scope.relations.filter(relation => keys.some(key => key.startsWith(`${relation.id}:`)));
}

/* ----------------------------------------------------------- conditions */

/** Keys of columns that are not NULL wherever the condition is true; `inAllRuns`: without what only later runs ask for. */
export function rejectedBy(
  inference: Inference,
  condition: Expression,
  depth: number,
  inAllRuns = false,
): ReadonlySet<string> {
  const keys = new Set<string>();
  if (depth > DEPTH_LIMIT) return keys;
  // Chains of AND lean left and may be long.
  const conjuncts: Expression[] = [condition];
  for (let next = conjuncts.pop(); next !== undefined; next = conjuncts.pop()) {
    const inner = bare(next);
    if (inner.kind === 'binary' && inner.operator === 'and') conjuncts.push(inner.left, inner.right);
    else if (!(inAllRuns && inference.isLater(inner)))
      for (const key of rejectedByOne(inference, inner, depth + 1)) keys.add(key);
  }
  return keys;
}

const comparisons = new Set(['=', '==', '<>', '!=', '<', '>', '<=', '>=', '~', '!~', '~*', '!~*', '^=']);

function rejectedByOne(inference: Inference, condition: Expression, depth: number): ReadonlySet<string> {
  switch (condition.kind) {
    case 'binary':
      if (condition.operator === 'or') return rejectedByAll(inference, condition, depth);
      if (comparisons.has(condition.operator))
        return strictColumns(inference, [condition.left, condition.right], depth);
      return none;
    case 'unary':
      // `not x` is true only where x is false; a comparison inside has no NULL then either.
      if (condition.operator !== 'not') return none;
      return rejectedByNot(inference, bare(condition.operand), depth);
    case 'between':
      return strictColumns(
        inference,
        condition.not ? [condition.operand] : [condition.operand, condition.low, condition.high],
        depth,
      );
    case 'in':
      return condition.not && condition.query !== undefined
        ? none
        : strictColumns(inference, [condition.operand], depth);
    case 'like':
      return strictColumns(inference, [condition.operand, condition.pattern], depth);
    case 'is':
      if (condition.test === 'null') {
        return condition.not ? strictColumns(inference, [condition.operand], depth) : none;
      }
      if (condition.test === 'true' || condition.test === 'false') {
        return condition.not ? none : strictColumns(inference, [condition.operand], depth);
      }
      return none;
    case 'quantified':
      // `x <> all (nothing)` is true for a NULL x too.
      return condition.quantifier === 'all' ? none : strictColumns(inference, [condition.operand], depth);
    case 'column':
    case 'call':
    case 'cast':
      return strictColumns(inference, [condition], depth);
    default:
      return none;
  }
}

const none: ReadonlySet<string> = new Set();

function rejectedByNot(inference: Inference, operand: Expression, depth: number): ReadonlySet<string> {
  switch (operand.kind) {
    case 'binary':
      return comparisons.has(operand.operator) ? strictColumns(inference, [operand.left, operand.right], depth) : none;
    case 'is':
      return operand.test === 'null' && !operand.not ? strictColumns(inference, [operand.operand], depth) : none;
    case 'in':
      return operand.query !== undefined ? none : strictColumns(inference, [operand.operand], depth);
    case 'like':
    case 'between':
      return strictColumns(inference, [operand.operand], depth);
    case 'column':
    case 'call':
    case 'cast':
      return strictColumns(inference, [operand], depth);
    default:
      return none;
  }
}

/** What every arm of an OR rejects. */
function rejectedByAll(inference: Inference, condition: Expression, depth: number): ReadonlySet<string> {
  const arms: Expression[] = [condition];
  let keys: Set<string> | undefined;
  for (let next = arms.pop(); next !== undefined; next = arms.pop()) {
    const inner = bare(next);
    if (inner.kind === 'binary' && inner.operator === 'or') {
      arms.push(inner.left, inner.right);
      continue;
    }
    const rejected = rejectedBy(inference, inner, depth + 1);
    keys = keys === undefined ? new Set(rejected) : new Set([...keys].filter(key => rejected.has(key)));
    if (keys.size === 0) return keys;
  }
  return keys ?? none;
}

/* -------------------------------------------------------------- strictness */

const strictOperators = new Set([
  ...comparisons,
  ...['+', '-', '*', '/', '%', '||', '//', 'div', 'mod', '&', '|', '#', '<<', '>>', '->', '->>', '#>', '#>>'],
]);

/** Keys of columns that make an expression NULL when they are NULL. */
export function strictColumns(
  inference: Inference,
  expressions: readonly Expression[],
  depth: number,
): ReadonlySet<string> {
  const keys = new Set<string>();
  if (depth > DEPTH_LIMIT) return keys;
  const stack: Expression[] = [...expressions];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    switch (next.kind) {
      case 'column':
        for (const key of keysOf(inference, next, depth)) keys.add(key);
        break;
      case 'parenthesized':
        stack.push(next.expression);
        break;
      case 'cast':
      case 'extract':
      case 'collate':
      case 'at-time-zone':
      case 'access':
        stack.push(next.operand);
        break;
      case 'unary':
        if (next.operator === '-' || next.operator === '+' || next.operator === 'not' || next.operator === '~') {
          stack.push(next.operand);
        }
        break;
      case 'binary':
        // `||` of Redshift and others is strict; Oracle's, which is not, is none of ours.
        if (strictOperators.has(next.operator)) stack.push(next.left, next.right);
        break;
      case 'call':
        if (next.over === undefined && next.filter === undefined && next.name.parts.length === 1) {
          const name = (next.name.parts[0]?.name ?? '').toLowerCase();
          const facts = functionFacts(name, inference.dialect);
          if (facts?.kind === 'scalar' && (facts.nulls === 'strict' || facts.nulls === 'partial')) {
            for (const argument of next.arguments) stack.push(argument.value);
          } else if (facts?.nulls === 'nullif' && next.arguments[0] !== undefined) stack.push(next.arguments[0].value);
        }
        break;
      default:
        break;
    }
  }
  return keys;
}

function keysOf(
  inference: Inference,
  reference: Extract<Expression, { kind: 'column' }>,
  depth: number,
): ReadonlySet<string> | readonly string[] {
  const resolved = resolveReference(inference, reference);
  switch (resolved?.kind) {
    case 'column':
      if (resolved.merged !== undefined && resolved.merged.join.type === 'full') return none;
      return [columnKey(resolved.relation, normalizeName(resolved.column, inference.dialect))];
    case 'assumed':
      return [columnKey(resolved.relation, normalizeName(resolved.column, inference.dialect))];
    case 'alias':
      if (inference.itemColumns.get(resolved.item) === 'running') return none;
      return strictColumns(inference, [resolved.item.expression], depth + 5);
    case 'unknown':
      return [writtenKey(reference, inference)];
    default:
      return none;
  }
}

/**
 * Of a name that may come from several relations nobody knows, all that is sure is that the same name in the same query
 * means the same column.
 */
export function writtenKey(reference: ColumnReference, inference: Inference): string {
  return `?:${reference.parts.map(part => normalizeName(part, inference.dialect)).join('.')}`;
}
