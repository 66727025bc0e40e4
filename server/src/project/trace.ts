/** Where a column comes from in the text of a query: through CTEs, subqueries, renames and stars to what makes it. */

import { keptIn } from '../base/kept.ts';
import { lowerCase } from '../syntax/sql/names.ts';
import type { ColumnReference, Expression, Query, QueryBody, Select, StarItem } from '../syntax/sql/tree.ts';
import { placesOf } from './column-places.ts';
import type { QueryFacts, ScopeRelation, SelectScope } from './infer/scopes.ts';

export type Traced =
  /** An expression of a select list. */
  | {
      readonly kind: 'expression';
      readonly expression: Expression;
      readonly select: Select;
      /** Selects on the way, the outermost first; `select` is the last. */
      readonly path: readonly Step[];
    }
  /** A column of what is no single SELECT of this text: a node of the project, a table, a function, a union … */
  | {
      readonly kind: 'column';
      readonly relation: ScopeRelation;
      /** In lower case. */
      readonly column: string;
      readonly path: readonly Step[];
    };

export interface Step {
  readonly select: Select;
  /** The relation of its FROM that the column is read from; none where it is made. */
  readonly relation: ScopeRelation | undefined;
}

/** Through this many CTEs, subqueries and renames. */
const MAX_STEPS = 100;

/** The column of that name in the output of a select. Remembered: measures, keys and histories ask for the same ones. */
export function traceColumn(facts: QueryFacts, select: Select, name: string): Traced | undefined {
  const { traced } = listOf(facts, select);
  const wanted = lowerCase(name);
  const known = traced.get(wanted);
  if (known !== undefined || traced.has(wanted)) return known;
  const found = follow(facts, select, wanted, []);
  traced.set(wanted, found);
  return found;
}

/** What a name in an expression reads. */
export function traceReference(facts: QueryFacts, reference: ColumnReference): Traced | undefined {
  const resolved = facts.resolve(reference);
  if (resolved?.kind === 'alias') {
    const select = resolved.scope.select;
    return select && ofExpression(facts, resolved.item.expression, select, []);
  }
  if (resolved?.kind !== 'column' && resolved?.kind !== 'assumed') return undefined;
  if (resolved.path.length > 0) return undefined;
  const { relation, column } = resolved;
  const select = isQuery(relation) ? selectBehind(relation) : undefined;
  return select ? traceColumn(facts, select, column.name) : ofRelation(facts, relation, lowerCase(column.name), []);
}

/** Both are read from the same place. */
export function isSameSource(a: Traced, b: Traced): boolean {
  if (a.kind === 'expression') return b.kind === 'expression' && a.expression === b.expression;
  return b.kind === 'column' && a.relation === b.relation && a.column === b.column;
}

/** The one SELECT that a CTE or subquery is; none where its columns are named anew, where it reads itself, or for sets. */
export function selectBehind(relation: ScopeRelation): Select | undefined {
  const { table, cte } = relation;
  if ('alias' in table && table.alias !== undefined && 'columns' in table.alias && table.alias.columns)
    return undefined;
  if (cte) {
    if (cte.node.columns || cte.isRecursive || cte.node.query.kind !== 'query') return undefined;
    return selectOfQuery(cte.node.query);
  }
  return table.kind === 'subquery' ? selectOfQuery(table.query) : undefined;
}

export function selectOfQuery(query: Query): Select | undefined {
  let body: QueryBody = query.body;
  let around = query;
  for (let depth = 0; body.kind === 'parenthesized-query' && depth < MAX_STEPS; depth++) {
    around = body.query;
    body = around.body;
  }
  return body.kind === 'select' && !query.isOpaque && !around.isOpaque && query.pipes.length === 0 ? body : undefined;
}

/** A select list by the names that it gives. */
interface SelectList {
  /** Index of the first item of each name, in lower case. */
  readonly named: ReadonlyMap<string, number>;
  /** Indexes of stars, and of what could not be read. */
  readonly nameless: readonly number[];
  /** What was asked for, by lower-case name. */
  readonly traced: Map<string, Traced | undefined>;
}

const listsOf = keptIn((_: QueryFacts) => new Map<Select, SelectList>());

function listOf(facts: QueryFacts, select: Select): SelectList {
  const known = listsOf(facts);
  let list = known.get(select);
  if (list === undefined) {
    list = readList(select);
    known.set(select, list);
  }
  return list;
}

function readList({ items }: Select): SelectList {
  const named = new Map<string, number>();
  const nameless: number[] = [];
  for (const [i, item] of items.entries()) {
    if (item.kind !== 'item') {
      nameless.push(i);
      continue;
    }
    const name = item.alias ?? (item.expression.kind === 'column' ? item.expression.parts.at(-1) : undefined);
    if (name !== undefined && !named.has(name.folded)) named.set(name.folded, i);
  }
  return { named, nameless, traced: new Map() };
}

/** Each step of the way is put at the end of `path`. */
function follow(facts: QueryFacts, start: Select, wanted: string, path: Step[]): Traced | undefined {
  if (path.length >= MAX_STEPS) return undefined;
  const scope = facts.scopes.get(start);
  if (!scope) return undefined;
  const { named, nameless } = listOf(facts, start);
  const own = named.get(wanted);
  for (const place of nameless) {
    if (own !== undefined && place > own) break;
    const item = start.items[place];
    if (item?.kind !== 'star' || item.isFiltered) return undefined;
    const inside = behindStar(item, wanted);
    if (inside === undefined) continue;
    if (typeof inside !== 'string') return ofExpression(facts, inside, start, path);
    const qualifier = item.qualifier?.parts.at(-1)?.name.toLowerCase();
    const relation = deliveringRelation(scope, qualifier, inside);
    if (relation === undefined) continue;
    if (relation === 'several') return undefined;
    path.push({ select: start, relation });
    return ofRelation(facts, relation, inside, path);
  }
  const item = own === undefined ? undefined : start.items[own];
  return item?.kind === 'item' ? ofExpression(facts, item.expression, start, path) : undefined;
}

/** What a star gives under the name: the column of a name, the expression that replaces it, or nothing. */
function behindStar({ exclude, rename, replace }: StarItem, wanted: string): string | Expression | undefined {
  if (exclude.length + rename.length + replace.length === 0) return wanted;
  const replaced = replace.find(one => one.alias?.name.toLowerCase() === wanted);
  if (replaced) return replaced.expression;
  const renamed = rename.find(one => one.to.name.toLowerCase() === wanted);
  const inside = renamed ? renamed.from.name.toLowerCase() : wanted;
  const isLeftOut =
    exclude.some(one => one.name.toLowerCase() === inside) ||
    (!renamed && rename.some(one => one.from.name.toLowerCase() === inside));
  return isLeftOut ? undefined : inside;
}

/** The relation that gives a star the column, else the one that may; a name that several deliver, or may deliver, is nobody's. */
function deliveringRelation(
  { relations }: SelectScope,
  qualifier: string | undefined,
  lowerName: string,
): ScopeRelation | 'several' | undefined {
  let having: ScopeRelation | 'several' | undefined;
  let open: ScopeRelation | 'several' | undefined;
  for (const one of relations) {
    if (one.hiddenBy || (qualifier !== undefined && one.name?.name.toLowerCase() !== qualifier)) continue;
    if (placesOf(one.columns.columns).has(lowerName)) having = having === undefined ? one : 'several';
    else if (!one.columns.isComplete) open = open === undefined ? one : 'several';
  }
  return having ?? open;
}

function ofExpression(facts: QueryFacts, expression: Expression, select: Select, path: Step[]): Traced | undefined {
  let inner = expression;
  for (let depth = 0; inner.kind === 'parenthesized' && depth < MAX_STEPS; depth++) inner = inner.expression;
  if (inner.kind !== 'column') {
    path.push({ select, relation: undefined });
    return { kind: 'expression', expression: inner, select, path };
  }
  const resolved = facts.resolve(inner);
  if (resolved?.kind === 'alias' && path.length < MAX_STEPS) {
    const { item, scope } = resolved;
    if (!scope.select || item.expression === expression) return undefined;
    path.push({ select, relation: undefined });
    return ofExpression(facts, item.expression, scope.select, path);
  }
  if (resolved?.kind !== 'column' && resolved?.kind !== 'assumed') return undefined;
  if (resolved.path.length > 0) return undefined;
  const { relation } = resolved;
  path.push({ select, relation });
  return ofRelation(facts, relation, lowerCase(resolved.column.name), path);
}

function ofRelation(facts: QueryFacts, relation: ScopeRelation, column: string, path: Step[]): Traced | undefined {
  const select = isQuery(relation) ? selectBehind(relation) : undefined;
  return select ? follow(facts, select, column, path) : { kind: 'column', relation, column, path };
}

function isQuery(relation: ScopeRelation): boolean {
  return relation.cte !== undefined || relation.table.kind === 'subquery';
}
