/** What the conditions of a query say about NULL: which columns they reject it in, and which outer joins they undo. */

import { normalizeName } from '../../syntax/sql/names.ts';
import type { ColumnReference, Expression, Join } from '../../syntax/sql/tree.ts';
import { functionFacts } from './functions.ts';

import { resolveReference } from './resolve.ts';
import type { QueryFacts, ScopeRelation, SelectScope } from './scopes.ts';
import {
  bare,
  columnOf,
  DEPTH_LIMIT,
  type Inference,
  itemColumnOf,
  type KnownColumn,
  type NullFacts,
  type Scope,
} from './state.ts';

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
    const conditions: Expression[] = [];
    if (select?.where !== undefined) conditions.push(select.where.condition);
    if (select?.having !== undefined) conditions.push(select.having.condition);
    if (select?.qualify !== undefined) conditions.push(select.qualify.condition);
    if (conditions.length > 0) scope.nullsOfRows = findNullFacts(inference, scope, conditions);
  }
  return scope.nullsOfRows;
}

const noNullFacts: NullFacts = { undone: { left: new Set(), right: new Set() }, rejected: new Set() };

function findNullFacts(inference: Inference, scope: Scope, conditions: readonly Expression[]): NullFacts {
  const joins = joinsOf(scope);
  if (conditions.length === 0 && joins.length === 0) return noNullFacts;
  const undone = { left: new Set<Join>(), right: new Set<Join>() };
  const rejected = new Set<KnownColumn>();
  const apply = (condition: Expression, join: Join | undefined) => {
    for (const column of rejectedBy(inference, condition, 0, true)) {
      rejected.add(column);
      if (typeof column === 'string' || column.relation.scope !== scope) continue;
      const { relation } = column;
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
          rejected.add(columnOf(relation, column, inference.dialect));
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

const noJoins: readonly Join[] = [];

function joinsOf(scope: Scope): readonly Join[] {
  if (scope.relations.length < 2 && scope.tables.every(table => table.kind === 'table')) return noJoins;
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
  const columns = [...rejectedBy(facts as Inference, condition, 0)];
  return scope.relations.filter(relation =>
    columns.some(column => typeof column !== 'string' && column.relation === relation),
  );
}

/* ----------------------------------------------------------- conditions */

/** Columns that are not NULL wherever the condition is true; `inAllRuns`: without what only later runs ask for. */
export function rejectedBy(
  inference: Inference,
  condition: Expression,
  depth: number,
  inAllRuns = false,
): ReadonlySet<KnownColumn> {
  const found = new Set<KnownColumn>();
  collectRejected(inference, condition, depth, inAllRuns, found);
  return found;
}

function collectRejected(
  inference: Inference,
  condition: Expression,
  depth: number,
  inAllRuns: boolean,
  found: Set<KnownColumn>,
): void {
  if (depth > DEPTH_LIMIT) return;
  // Chains of AND lean left and may be long.
  const conjuncts: Expression[] = [condition];
  for (let next = conjuncts.pop(); next !== undefined; next = conjuncts.pop()) {
    const inner = bare(next);
    if (inner.kind === 'binary' && inner.operator === 'and') conjuncts.push(inner.left, inner.right);
    else if (!(inAllRuns && inference.isLater(inner))) collectRejectedByOne(inference, inner, depth + 1, found);
  }
}

const comparisons = new Set(['=', '==', '<>', '!=', '<', '>', '<=', '>=', '~', '!~', '~*', '!~*', '^=']);

function collectRejectedByOne(
  inference: Inference,
  condition: Expression,
  depth: number,
  found: Set<KnownColumn>,
): void {
  switch (condition.kind) {
    case 'binary':
      if (condition.operator === 'or') collectRejectedByAll(inference, condition, depth, found);
      else if (comparisons.has(condition.operator))
        collectStrict(inference, [condition.left, condition.right], depth, found);
      return;
    case 'unary':
      // `not x` is true only where x is false; a comparison inside has no NULL then either.
      if (condition.operator === 'not') collectRejectedByNot(inference, bare(condition.operand), depth, found);
      return;
    case 'between':
      collectStrict(
        inference,
        condition.not ? [condition.operand] : [condition.operand, condition.low, condition.high],
        depth,
        found,
      );
      return;
    case 'in':
      if (!condition.not || condition.query === undefined) collectStrict(inference, [condition.operand], depth, found);
      return;
    case 'like':
      collectStrict(inference, [condition.operand, condition.pattern], depth, found);
      return;
    case 'is': {
      const isTruth = condition.test === 'true' || condition.test === 'false';
      if (condition.test === 'null' ? condition.not : isTruth && !condition.not)
        collectStrict(inference, [condition.operand], depth, found);
      return;
    }
    case 'quantified':
      // `x <> all (nothing)` is true for a NULL x too.
      if (condition.quantifier !== 'all') collectStrict(inference, [condition.operand], depth, found);
      return;
    case 'column':
    case 'call':
    case 'cast':
      collectStrict(inference, [condition], depth, found);
      return;
    default:
  }
}

function collectRejectedByNot(inference: Inference, operand: Expression, depth: number, found: Set<KnownColumn>): void {
  switch (operand.kind) {
    case 'binary':
      if (comparisons.has(operand.operator)) collectStrict(inference, [operand.left, operand.right], depth, found);
      return;
    case 'is':
      if (operand.test === 'null' && !operand.not) collectStrict(inference, [operand.operand], depth, found);
      return;
    case 'in':
      if (operand.query === undefined) collectStrict(inference, [operand.operand], depth, found);
      return;
    case 'like':
    case 'between':
      collectStrict(inference, [operand.operand], depth, found);
      return;
    case 'column':
    case 'call':
    case 'cast':
      collectStrict(inference, [operand], depth, found);
      return;
    default:
  }
}

/** What every arm of an OR rejects. */
function collectRejectedByAll(
  inference: Inference,
  condition: Expression,
  depth: number,
  found: Set<KnownColumn>,
): void {
  const arms: Expression[] = [condition];
  let common: readonly KnownColumn[] | undefined;
  for (let next = arms.pop(); next !== undefined; next = arms.pop()) {
    const inner = bare(next);
    if (inner.kind === 'binary' && inner.operator === 'or') {
      arms.push(inner.left, inner.right);
      continue;
    }
    const rejected = rejectedBy(inference, inner, depth + 1);
    common = common === undefined ? [...rejected] : common.filter(column => rejected.has(column));
    if (common.length === 0) return;
  }
  for (const column of common ?? []) found.add(column);
}

/* -------------------------------------------------------------- strictness */

const strictOperators = new Set([
  ...comparisons,
  ...['+', '-', '*', '/', '%', '||', '//', 'div', 'mod', '&', '|', '#', '<<', '>>', '->', '->>', '#>', '#>>'],
]);

/** Columns that make an expression NULL when they are NULL. */
export function strictColumns(
  inference: Inference,
  expressions: readonly Expression[],
  depth: number,
): ReadonlySet<KnownColumn> {
  const found = new Set<KnownColumn>();
  collectStrict(inference, expressions, depth, found);
  return found;
}

function collectStrict(
  inference: Inference,
  expressions: readonly Expression[],
  depth: number,
  found: Set<KnownColumn>,
): void {
  if (depth > DEPTH_LIMIT) return;
  const stack: Expression[] = [...expressions];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    switch (next.kind) {
      case 'column':
        collectColumn(inference, next, depth, found);
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
          const name = next.name.parts[0]?.folded ?? '';
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
}

function collectColumn(inference: Inference, reference: ColumnReference, depth: number, found: Set<KnownColumn>): void {
  const resolved = resolveReference(inference, reference);
  switch (resolved?.kind) {
    case 'column':
    case 'assumed':
      if (resolved.kind === 'column' && resolved.merged?.join.type === 'full') return;
      found.add(columnOf(resolved.relation, resolved.column, inference.dialect));
      return;
    case 'alias':
      if (itemColumnOf(inference, resolved.item).column !== 'running')
        collectStrict(inference, [resolved.item.expression], depth + 5, found);
      return;
    case 'unknown':
      found.add(writtenKey(reference, inference));
      return;
    default:
  }
}

/**
 * Of a name that may come from several relations nobody knows, all that is sure is that the same name in the same query
 * means the same column.
 */
export function writtenKey(reference: ColumnReference, inference: Inference): string {
  return `?:${reference.parts.map(part => normalizeName(part, inference.dialect)).join('.')}`;
}
