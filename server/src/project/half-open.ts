/** Which validity intervals are half-open for certain: the end of a version is the start of the next one. */

import type { Expression, Query, QueryBody, Select } from '../syntax/sql/tree.ts';
import type { QueryFacts, ScopeRelation } from './infer/scopes.ts';

/** Name of the column that starts the interval, by the lower-case name of the column that ends it. */
export type HalfOpenIntervals = ReadonlyMap<string, string>;

/** Intervals of the query's own output. `ofNode` answers for the columns of other nodes. */
export function halfOpenIntervals(
  query: Query | undefined,
  text: string,
  facts: QueryFacts,
  ofNode: (id: string) => HalfOpenIntervals | undefined,
): HalfOpenIntervals {
  const found = new Map<string, string>();
  const select = query && selectOf(query.body);
  if (!select || !mayHoldIntervals(text, facts, ofNode)) return found;
  for (const { column } of facts.items) {
    const start = startOf(select, column.name, facts, ofNode, 0);
    if (start !== undefined) found.set(column.name.toLowerCase(), start);
  }
  return found;
}

/** Either LEAD makes an end here or a node that is read has one: in most queries neither, and no column need be followed. */
function mayHoldIntervals(
  text: string,
  facts: QueryFacts,
  ofNode: (id: string) => HalfOpenIntervals | undefined,
): boolean {
  if (/\blead\b/i.test(text)) return true;
  for (const { relations } of facts.scopes.values()) {
    for (const { node } of relations) if (node !== undefined && (ofNode(node)?.size ?? 0) > 0) return true;
  }
  return false;
}

/** The start that belongs to an end column of a relation in FROM. */
export function halfOpenStart(
  relation: ScopeRelation,
  endColumn: string,
  facts: QueryFacts,
  ofNode: (id: string) => HalfOpenIntervals | undefined,
): string | undefined {
  return startInRelation(relation, endColumn, facts, ofNode, 0);
}

/** Through this many CTEs, subqueries and renames. */
const MAX_DEPTH = 40;

function startInRelation(
  relation: ScopeRelation,
  endColumn: string,
  facts: QueryFacts,
  ofNode: (id: string) => HalfOpenIntervals | undefined,
  depth: number,
): string | undefined {
  if (depth > MAX_DEPTH) return undefined;
  if (relation.kind === 'node')
    return relation.node === undefined ? undefined : ofNode(relation.node)?.get(endColumn.toLowerCase());
  const query =
    relation.cte?.node.query.kind === 'query'
      ? relation.cte.node.query
      : relation.table.kind === 'subquery'
        ? relation.table.query
        : undefined;
  const select = query && selectOf(query.body);
  return select ? startOf(select, endColumn, facts, ofNode, depth + 1) : undefined;
}

/** What starts the interval that `endColumn` of the select's output ends; a name of the same output. */
function startOf(
  select: Select,
  endColumn: string,
  facts: QueryFacts,
  ofNode: (id: string) => HalfOpenIntervals | undefined,
  depth: number,
): string | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const scope = facts.scopes.get(select);
  if (!scope) return undefined;
  const wanted = endColumn.toLowerCase();
  for (const item of select.items) {
    if (item.kind === 'star') {
      for (const relation of scope.relations) {
        if (item.qualifier && relation.name?.name.toLowerCase() !== item.qualifier.parts.at(-1)?.name.toLowerCase())
          continue;
        const start = startInRelation(relation, endColumn, facts, ofNode, depth + 1);
        // Through a star both ends keep their names.
        if (start !== undefined) return start;
      }
      continue;
    }
    if (item.kind !== 'item') continue;
    const name =
      item.alias?.name ?? (item.expression.kind === 'column' ? item.expression.parts.at(-1)?.name : undefined);
    if (name?.toLowerCase() !== wanted) continue;
    const end = unwrap(item.expression);
    if (end?.kind === 'column') {
      const resolved = facts.resolve(end);
      if (resolved?.kind !== 'column') return undefined;
      const start = startInRelation(resolved.relation, resolved.column.name, facts, ofNode, depth + 1);
      return start === undefined ? undefined : outputNameOf(select, facts, resolved.relation, start);
    }
    if (end?.kind !== 'call' || !end.over || end.name.parts.at(-1)?.name.toLowerCase() !== 'lead') return undefined;
    const [argument] = end.arguments;
    const value = argument && unwrap(argument.value);
    if (value?.kind !== 'column' || end.arguments.length > 1) return undefined;
    const resolved = facts.resolve(value);
    if (resolved?.kind === 'column') return outputNameOf(select, facts, resolved.relation, resolved.column.name);
    if (resolved?.kind === 'alias') return resolved.item.alias?.name;
    return outputNameOfText(select, value.parts.at(-1)?.name ?? '');
  }
  return undefined;
}

/** Under which name a column of a relation leaves the select. */
function outputNameOf(select: Select, facts: QueryFacts, relation: ScopeRelation, column: string): string | undefined {
  let byStar: string | undefined;
  for (const item of select.items) {
    if (item.kind === 'star') byStar = column;
    if (item.kind !== 'item') continue;
    const value = unwrap(item.expression);
    if (value?.kind !== 'column') continue;
    const resolved = facts.resolve(value);
    if (
      resolved?.kind === 'column' &&
      resolved.relation === relation &&
      resolved.column.name.toLowerCase() === column.toLowerCase()
    ) {
      return item.alias?.name ?? value.parts.at(-1)?.name;
    }
  }
  return byStar;
}

/** The same for a column of a relation that does not list its columns. */
function outputNameOfText(select: Select, column: string): string | undefined {
  for (const item of select.items) {
    if (item.kind !== 'item') continue;
    const value = unwrap(item.expression);
    if (value?.kind === 'column' && value.parts.at(-1)?.name.toLowerCase() === column.toLowerCase()) {
      return item.alias?.name ?? value.parts.at(-1)?.name;
    }
  }
  return undefined;
}

/** Without casts, parentheses and COALESCE: they keep the instant. */
function unwrap(expression: Expression): Expression | undefined {
  let current: Expression | undefined = expression;
  for (let depth = 0; current && depth < 20; depth++) {
    if (current.kind === 'parenthesized') current = current.expression;
    else if (current.kind === 'cast') current = current.operand;
    else if (
      current.kind === 'call' &&
      !current.over &&
      /^(?:coalesce|ifnull|nvl)$/i.test(current.name.parts.at(-1)?.name ?? '')
    ) {
      current = current.arguments[0]?.value;
    } else return current;
  }
  return current;
}

function selectOf(body: QueryBody): Select | undefined {
  let current = body;
  for (let depth = 0; depth < 100 && current.kind === 'parenthesized-query'; depth++) current = current.query.body;
  return current.kind === 'select' ? current : undefined;
}
