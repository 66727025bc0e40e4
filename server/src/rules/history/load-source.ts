/** Where the rows of a load come from: the selects behind a table of FROM or USING, through CTEs, subqueries and temporary tables. */

import type { ScopeRelation } from '../../project/infer/scopes.ts';
import type { Expression, Query, QueryBody, Select } from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import type { SqlUnit } from '../rule.ts';
import { queryBehind } from './load-sides.ts';
import { isNullLiteral } from './load-values.ts';

const MAX_DEPTH = 12;
const MAX_BRANCHES = 64;

export interface Source {
  readonly relation: ScopeRelation;
  /** Selects whose rows it is made of, one for each branch of its unions; empty when its query is not in sight. */
  readonly branches: readonly Select[];
  readonly isUnion: boolean;
  /** A placeholder or unread text is part of it. */
  readonly isOpaque: boolean;
}

export function sourceOf(unit: SqlUnit, relation: ScopeRelation): Source {
  const query = queryBehind(unit, relation);
  const found = { branches: [] as Select[], isUnion: false, isOpaque: relation.table.kind === 'unknown-table' };
  if (query) collect(unit, query, found, 0);
  return { relation, ...found };
}

function collect(
  unit: SqlUnit,
  query: Query,
  into: { branches: Select[]; isUnion: boolean; isOpaque: boolean },
  depth: number,
): void {
  if (query.isOpaque || query.pipes.length > 0) into.isOpaque = true;
  const open: QueryBody[] = [query.body];
  for (let body = open.pop(); body; body = open.pop()) {
    if (body.kind === 'parenthesized-query') open.push(body.query.body);
    else if (body.kind === 'set-operation') {
      if (body.operator === 'union') into.isUnion = true;
      else into.isOpaque = true;
      open.push(body.right, body.left);
    } else if (body.kind === 'select') {
      const inner = depth < MAX_DEPTH ? onlyHandedOn(unit, body) : undefined;
      if (inner) collect(unit, inner, into, depth + 1);
      else if (into.branches.length < MAX_BRANCHES) into.branches.push(body);
    } else into.isOpaque = true;
  }
}

/** The query behind `select * from x`. */
function onlyHandedOn(unit: SqlUnit, select: Select): Query | undefined {
  const [item] = select.items;
  const isStar =
    select.items.length === 0 ||
    (select.items.length === 1 &&
      item?.kind === 'star' &&
      item.exclude.length + item.replace.length + item.rename.length === 0);
  if (!isStar || select.where || select.groupBy || select.having || select.qualify || select.distinct || select.top)
    return undefined;
  const relations = unit.facts.scopes.get(select)?.relations ?? [];
  return relations.length === 1 && relations[0] ? queryBehind(unit, relations[0]) : undefined;
}

/** The expression that a select gives under the name, through stars; `undefined` when that cannot be seen. */
export function valueIn(
  unit: SqlUnit,
  select: Select,
  name: string,
  depth = 0,
): { readonly expression: Expression; readonly select: Select } | undefined {
  for (const item of select.items) {
    if (item.kind !== 'item') continue;
    const own =
      item.alias?.name ?? (item.expression.kind === 'column' ? item.expression.parts.at(-1)?.name : undefined);
    if (own?.toLowerCase() === name) return { expression: item.expression, select };
  }
  if (depth >= MAX_DEPTH || !select.items.some(item => item.kind === 'star')) return undefined;
  for (const relation of unit.facts.scopes.get(select)?.relations ?? []) {
    const query = queryBehind(unit, relation);
    const inner = query && selectIn(query);
    const found = inner && valueIn(unit, inner, name, depth + 1);
    if (found) return found;
  }
  return undefined;
}

function selectIn(query: Query): Select | undefined {
  let { body } = query;
  while (body.kind === 'parenthesized-query') body = body.query.body;
  return body.kind === 'select' ? body : undefined;
}

/** A branch that makes NULL, or one and the same value, of a column: the copy of a staged union that is meant to be inserted. */
export function isInsertCopy(unit: SqlUnit, branch: Select, name: string): boolean {
  const made = positional(unit, branch, name);
  return made !== undefined && (isNullLiteral(made) || made.kind === 'literal');
}

/** By name; a later branch of a union has its names from the first, so by place too. */
function positional(unit: SqlUnit, branch: Select, name: string): Expression | undefined {
  const named = valueIn(unit, branch, name);
  if (named) return named.expression;
  const [first] = branch.items;
  // People put the key of the MERGE first or last.
  if (first?.kind === 'item' && isNullLiteral(first.expression)) return first.expression;
  const last = branch.items.at(-1);
  return last?.kind === 'item' && isNullLiteral(last.expression) ? last.expression : undefined;
}

/** Some select below writes a bare NULL into its list: rows that no key can match. */
export function hasNullCopies(node: Query): boolean {
  let found = false;
  walk(node, inner => {
    if (inner.kind === 'item' && isNullLiteral(inner.expression)) found = true;
    return found ? 'skip' : undefined;
  });
  return found;
}
