/** Whether the selects between a history and a model's output let all versions through, each once. */

import type { Expression, Join, TableExpression } from '../syntax/sql/tree.ts';
import { walk } from '../syntax/sql/walk.ts';
import { lastingOperands } from './infer/lasting.ts';
import type { QueryFacts, ScopeRelation, SelectScope } from './infer/scopes.ts';
import { isSameSource, type Step, selectBehind, type Traced, traceReference } from './trace.ts';

/**
 * `steps` are the selects above the one that makes the versions (or the one that reads the node that holds them, which
 * counts). `validity`: where start, end and flag come from; a filter on them may leave one version of each.
 */
export function letsVersionsThrough(
  facts: QueryFacts,
  steps: readonly Step[],
  validity: readonly (Traced | undefined)[],
): boolean {
  return steps.every(({ select, relation }) => {
    if (select.groupBy || select.having || select.qualify || select.distinct?.on || select.top) return false;
    if (select.isOpaque || select.others.length > 0) return false;
    const filters = select.where ? lastingOperands(facts, select.where.condition) : [];
    if (filters.some(one => mayPickVersions(facts, one, validity))) return false;
    const scope = facts.scopes.get(select);
    if (!scope) return false;
    return relation === undefined || addsNoRows(facts, scope, relation);
  });
}

/** Looks at validity columns, at what windows and subqueries computed, or at what nobody can read. */
function mayPickVersions(facts: QueryFacts, condition: Expression, validity: readonly (Traced | undefined)[]): boolean {
  let found = false;
  walk(condition, node => {
    if (node.kind === 'query' || node.kind === 'unknown' || node.kind === 'error') found = true;
    if (node.kind === 'call' && node.over !== undefined) found = true;
    if (node.kind === 'column') {
      const traced = traceReference(facts, node);
      if (traced === undefined) found = true;
      else if (validity.some(one => one && isSameSource(one, traced))) found = true;
      else if (readsLikeFlag(node.parts.at(-1)?.name ?? '')) found = true;
      else if (traced.kind === 'expression' ? holdsWindow(traced.expression) : isUnread(traced.relation)) found = true;
    }
    return found ? 'skip' : undefined;
  });
  return found;
}

/** `is_currently_valid`, `latest_record`: a name for the current version, whatever computes it. */
export function readsLikeFlag(name: string): boolean {
  return /(?:^|_)(?:current(?:ly)?|latest|newest|most_recent)(?:_|$)|^is_(?:valid|active|live)$/i.test(name);
}

/** A union or the like: nobody looked at what makes its columns. */
function isUnread(relation: ScopeRelation): boolean {
  return relation.cte !== undefined || relation.table.kind === 'subquery';
}

function holdsWindow(expression: Expression): boolean {
  let found = false;
  walk(expression, node => {
    if (node.kind === 'query' || (node.kind === 'call' && node.over !== undefined)) found = true;
    return found ? 'skip' : undefined;
  });
  return found;
}

/** Every other relation of the FROM clause adds at most one row to each row of this one. */
function addsNoRows(facts: QueryFacts, scope: SelectScope, relation: ScopeRelation): boolean {
  if (scope.isOpen || scope.relations.some(other => other.isLateral)) return false;
  return scope.relations.every(other => other === relation || fitsOnce(facts, scope, other));
}

function fitsOnce(facts: QueryFacts, scope: SelectScope, relation: ScopeRelation): boolean {
  if (isOneRow(relation)) return true;
  const join = joinOf(scope, relation);
  if (!join) return false;
  if (join.type === 'semi' || join.type === 'anti') return true;
  if (join.type !== 'left' && join.type !== 'inner') return false;
  const fixed = fixedBy(facts, join, relation);
  return relation.keys.some(key => key.columns.every(column => fixed.has(column)));
}

/** An aggregate without GROUP BY. */
function isOneRow(relation: ScopeRelation): boolean {
  const select = selectBehind(relation);
  if (!select || select.groupBy || select.items.length === 0) return false;
  return select.items.every(
    item =>
      item.kind === 'item' &&
      item.expression.kind === 'call' &&
      item.expression.over === undefined &&
      /^(?:max|min|count|sum|avg)$/i.test(item.expression.name.parts.at(-1)?.name ?? ''),
  );
}

function joinOf(scope: SelectScope, relation: ScopeRelation): Join | undefined {
  for (const item of scope.select?.from?.items ?? []) {
    for (let join: TableExpression = item; join.kind === 'join'; join = join.left) {
      if (join.right === relation.table) return join;
    }
  }
  return undefined;
}

/** Lower-case columns of the relation that the join's condition equates with something else. */
function fixedBy(facts: QueryFacts, join: Join, relation: ScopeRelation): ReadonlySet<string> {
  const found = new Set((join.using ?? []).map(one => one.name.toLowerCase()));
  const open: Expression[] = join.on ? [join.on] : [];
  for (let next = open.pop(), count = 0; next !== undefined && count < 1000; next = open.pop(), count++) {
    if (next.kind === 'parenthesized') open.push(next.expression);
    else if (next.kind === 'binary' && next.operator === 'and') open.push(next.left, next.right);
    else if (next.kind === 'binary' && next.operator === '=') {
      for (const [side, other] of [
        [next.left, next.right],
        [next.right, next.left],
      ] as const) {
        const column = side.kind === 'column' ? facts.resolve(side) : undefined;
        if (column?.kind !== 'column' || column.relation !== relation || column.path.length > 0) continue;
        const against = other.kind === 'column' ? facts.resolve(other) : undefined;
        const isOutside =
          other.kind === 'literal' || (against?.kind === 'column' && against.relation.index < relation.index);
        if (isOutside) found.add(column.column.name.toLowerCase());
      }
    }
  }
  return found;
}
