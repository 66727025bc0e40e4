/**
 * Joins that repeat the rows of one side, where somebody says so: the other side has a key of several columns of which the
 * join matches only some, or it is a child whose own key is another one. Keys that nobody states prove nothing: that a
 * column is not tested for uniqueness does not make it repeat.
 */

import type { Expression, Join, Select, SqlNode, TableExpression } from '../syntax/sql/tree.ts';
import { walk } from '../syntax/sql/walk.ts';
import { placesOf } from './column-places.ts';
import type { CandidateKey, NodeFacts, OutputColumn } from './facts.ts';
import { type ForeignKey, isCarried } from './foreign-keys.ts';
import type { OneRow } from './infer/keys/closure.ts';
import { lastingOperands } from './infer/lasting.ts';
import type { QueryFacts, ScopeRelation, SelectScope } from './infer/scopes.ts';
import { intendedKeys } from './keys-declared.ts';
import { selectBehind, traceColumn } from './trace.ts';

export interface FanOut {
  /** Each of its rows comes once for every matching row of `many`. */
  readonly one: ScopeRelation;
  readonly many: ScopeRelation;
  readonly join: Join | undefined;
  /** Lower-case columns of `many` that the join matches. */
  readonly matched: readonly string[];
  /** The key of `many` that says so. */
  readonly key: CandidateKey;
  /** Lower-case columns of that key that the join does not match. */
  readonly missing: readonly string[];
  /** The reference from `many` to `one`, where that is what says so. */
  readonly foreignKey: ForeignKey | undefined;
  /** What else is certain of rows that hold one row of `one`. */
  readonly rows: OneRow;
}

export interface FanOutInput {
  readonly facts: QueryFacts;
  node(id: string): NodeFacts | undefined;
  foreignKeyOf(id: string, column: string): ForeignKey | undefined;
  /** The column, and all it is carried from unchanged. */
  carriedFrom(id: string, column: string): readonly { readonly node: string; readonly column: string }[];
}

/** Relations and joins beyond this are not compared with one another. */
const RELATION_LIMIT = 40;

export function fanOutsOf(input: FanOutInput, scope: SelectScope): readonly FanOut[] {
  const { relations } = scope;
  if (!isReadableJoin(scope)) return [];
  const candidates = relations.filter(one => mayRepeatOthers(input, one));
  if (candidates.length === 0) return [];
  const found: FanOut[] = [];
  for (const one of relations) {
    if (one.hiddenBy || one.isLateral) continue;
    let rows: OneRow | undefined;
    for (const many of candidates) {
      if (many === one) continue;
      rows ??= input.facts.rowsWithOne(one);
      const fanOut = fanOutBetween(input, scope, one, many, rows);
      if (fanOut) found.push(fanOut);
    }
  }
  return found;
}

function isReadableJoin({ select, relations, isOpen }: SelectScope): boolean {
  if (!select || isOpen || select.isOpaque || relations.length < 2 || relations.length > RELATION_LIMIT) return false;
  // What picks rows afterwards may have picked one of each.
  return !select.qualify && select.others.length === 0;
}

/** A node, read as it is, whose key somebody states. */
function mayRepeatOthers(input: FanOutInput, relation: ScopeRelation): boolean {
  if (relation.hiddenBy || relation.isLateral) return false;
  const stated = relation.keys.filter(key => key.declaredBy !== undefined);
  if (stated.length === 0 || relation.keys.some(key => key.columns.length === 0)) return false;
  const node = nodeReadWhole(input.facts, relation);
  return node !== undefined && stated.some(key => key.declaredBy?.node === node);
}

function fanOutBetween(
  input: FanOutInput,
  scope: SelectScope,
  one: ScopeRelation,
  many: ScopeRelation,
  rows: OneRow,
): FanOut | undefined {
  const matched = rows.fixed(many);
  if (matched.size === 0 || rows.determines(many) || rows.filtered(many).size > 0) return undefined;
  if (!isOnlyMatched(input.facts, scope, many)) return undefined;
  const columns = [...matched].sort();
  const origins = columns.map(column => originIn(many, column));
  const id = origins[0]?.node;
  const node = id === undefined ? undefined : input.node(id);
  if (node === undefined || origins.some(origin => origin?.node !== node.id)) return undefined;
  const names = new Set(origins.flatMap(origin => origin?.column ?? []));
  // Somebody means what is matched to be unique.
  if (intendedKeys(node).some(key => key.every(column => names.has(column)))) return undefined;
  const base = { one, many, join: joinBetween(scope, one, many), matched: columns, rows };

  const composite = many.keys.find(key => isHalfMatched(key, matched, many, node.id));
  if (composite) {
    const missing = composite.columns.filter(column => !matched.has(column));
    return { ...base, key: composite, missing, foreignKey: undefined };
  }
  const [only, ...others] = origins;
  if (only === undefined || others.length > 0) return undefined;
  const key = many.keys.find(
    own => own.declaredBy?.node === node.id && !own.columns.every(column => matched.has(column)),
  );
  // A child names its parent by a key of one column.
  const fixed = rows.fixed(one);
  const isKey = (column: string): boolean =>
    one.keys.some(own => own.columns.length === 1 && own.columns[0] === column);
  const foreignKey = key && [...fixed].some(isKey) ? input.foreignKeyOf(only.node, only.column) : undefined;
  if (!key || !foreignKey || foreignKey.by.node !== node.id) return undefined;
  const parent = [...fixed].find(column => leadsTo(input, one, column, foreignKey));
  if (parent === undefined || !isKey(parent)) return undefined;
  return { ...base, key, missing: key.columns.filter(column => !matched.has(column)), foreignKey };
}

/** A stated key of several columns, none of which could be left out, of which the join matches some and nothing else. */
function isHalfMatched(key: CandidateKey, matched: ReadonlySet<string>, many: ScopeRelation, node: string): boolean {
  if (key.columns.length < 2 || key.declaredBy?.node !== node) return false;
  if (![...matched].every(column => key.columns.includes(column))) return false;
  // A smaller key makes this one a wider one, unless it is a hash of it.
  return many.keys.every(
    other =>
      other.columns.length >= key.columns.length ||
      other.columns.every(column =>
        many.dependencies?.computed.some(
          made => made.column === column && made.from.every(part => key.columns.includes(part)),
        ),
      ),
  );
}

/** The column is the one that the foreign key names, or is carried from it, or the other way round. */
function leadsTo(input: FanOutInput, one: ScopeRelation, column: string, { to, toColumn }: ForeignKey): boolean {
  const origin = originIn(one, column);
  if (origin === undefined) return false;
  const isIt = (place: { readonly node: string; readonly column: string }, node: string, name: string): boolean =>
    place.node === node && place.column === name;
  return (
    input.carriedFrom(origin.node, origin.column).some(place => isIt(place, to, toColumn)) ||
    input.carriedFrom(to, toColumn).some(place => isIt(place, origin.node, origin.column))
  );
}

/** The column of another node that comes here unchanged. */
function originIn(
  relation: ScopeRelation,
  lowerName: string,
): { readonly node: string; readonly column: string } | undefined {
  const { columns } = relation.columns;
  const column = columns[placesOf(columns).get(lowerName) ?? -1];
  if (column === undefined) {
    return relation.node === undefined || relation.columns.isComplete
      ? undefined
      : { node: relation.node, column: lowerName };
  }
  const [origin, ...others] = column.origins;
  return origin === undefined || others.length > 0 || !isCarried(column)
    ? undefined
    : { node: origin.node, column: origin.column.toLowerCase() };
}

/* ------------------------------------------------ repeated columns of a node */

/** Columns of a node that come from rows which a join in it repeats. Holds no offsets. */
export interface Repetition {
  /** Lower-case names. */
  readonly columns: readonly string[];
  /** Id of the node whose rows are repeated, and of the one that repeats them, where they are nodes. */
  readonly one: string | undefined;
  readonly many: string;
  readonly matched: readonly string[];
  readonly key: CandidateKey;
  readonly missing: readonly string[];
  readonly foreignKey: ForeignKey | undefined;
}

/** Of the output of a select whose rows nothing takes together again. */
export function repetitionsOf(
  input: FanOutInput,
  select: Select,
  columns: readonly Pick<OutputColumn, 'name'>[],
): readonly Repetition[] {
  // Most texts join nothing: where their columns come from need not be known.
  if (![...input.facts.scopes.values()].some(isReadableJoin)) return [];
  const ways = columns.flatMap(({ name }) => {
    const traced = name === '' ? undefined : traceColumn(input.facts, select, name);
    return traced?.kind === 'column' ? [{ name: name.toLowerCase(), path: traced.path }] : [];
  });
  const found: Repetition[] = [];
  const seen = new Set<Select>();
  for (const { path } of ways) {
    for (const [depth, { select: at }] of path.entries()) {
      if (!passesRows(at)) break;
      if (seen.has(at)) continue;
      seen.add(at);
      const scope = input.facts.scopes.get(at);
      for (const fanOut of scope ? fanOutsOf(input, scope) : []) {
        const { one, many, rows, matched, key, missing, foreignKey } = fanOut;
        const repeated = ways.filter(way => {
          const step = way.path[depth];
          const relation = step?.select === at ? step.relation : undefined;
          return relation !== undefined && (relation === one || rows.determines(relation));
        });
        const manyNode = nodeReadWhole(input.facts, many);
        if (repeated.length === 0 || manyNode === undefined) continue;
        found.push({
          columns: repeated.map(way => way.name),
          one: nodeReadWhole(input.facts, one),
          many: manyNode,
          matched,
          key,
          missing,
          foreignKey,
        });
      }
    }
  }
  return found;
}

/** Rows that come in twice go out twice. */
export function passesRows(select: Select): boolean {
  return !select.groupBy && !select.distinct && !select.qualify && !select.top && !select.isOpaque;
}

/* --------------------------------------------------- rows that may be picked */

/** The node behind a relation that delivers its rows as they are: nothing on the way picks one of several. */
function nodeReadWhole(facts: QueryFacts, start: ScopeRelation): string | undefined {
  let relation = start;
  for (let depth = 0; depth < 40; depth++) {
    if (relation.kind === 'node') return relation.node;
    const select = selectBehind(relation);
    const scope = select && facts.scopes.get(select);
    if (!select || !scope || scope.isOpen) return undefined;
    if (select.groupBy || select.distinct || select.qualify || select.top || select.others.length > 0) return undefined;
    if (isLimited(relation)) return undefined;
    const [base, ...others] = scope.relations;
    if (base === undefined || others.some(one => one.nullableBy.length === 0)) return undefined;
    if (select.where && !lastingOperands(facts, select.where.condition).every(isHarmless)) return undefined;
    relation = base;
  }
  return undefined;
}

function isLimited({ cte, table }: ScopeRelation): boolean {
  const query = cte ? cte.node.query : table.kind === 'subquery' ? table.query : undefined;
  return query?.kind === 'query' && query.limit !== undefined;
}

/** Conditions on the relation only match columns or drop single rows; none of them may pick one row of several. */
function isOnlyMatched(facts: QueryFacts, scope: SelectScope, relation: ScopeRelation): boolean {
  const conditions: Expression[] = [];
  const open: TableExpression[] = [...(scope.select?.from?.items ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.kind === 'parenthesized-table') open.push(next.table);
    if (next.kind !== 'join') continue;
    if (next.modifier) return false;
    if (next.on) conditions.push(next.on);
    open.push(next.left, next.right);
  }
  if (scope.select?.where) conditions.push(scope.select.where.condition);
  return conditions
    .flatMap(one => lastingOperands(facts, one))
    .every(condition => {
      const isMatch =
        condition.kind === 'binary' &&
        condition.operator === '=' &&
        bare(condition.left).kind === 'column' &&
        bare(condition.right).kind === 'column';
      return isMatch || isHarmless(condition) || !mentions(facts, condition, relation);
    });
}

/** `amount > 0`, `status <> 'x'`, `deleted_at is not null`: drops rows, and leaves several of one thing. */
export function isHarmless(condition: Expression): boolean {
  switch (condition.kind) {
    case 'is':
      return condition.not && bare(condition.operand).kind === 'column';
    case 'binary': {
      if (!/^(?:<|>|<=|>=|<>|!=)$/.test(condition.operator)) return false;
      const sides = [bare(condition.left), bare(condition.right)];
      return sides.some(side => side.kind === 'column') && sides.some(side => side.kind === 'literal' || isClock(side));
    }
    case 'in':
      return condition.not && condition.list !== undefined && bare(condition.operand).kind === 'column';
    default:
      return false;
  }
}

function isClock(expression: Expression): boolean {
  return expression.kind === 'call' && /^current_/i.test(expression.name.parts.at(-1)?.name ?? '');
}

function mentions(facts: QueryFacts, condition: SqlNode, relation: ScopeRelation): boolean {
  let found = false;
  walk(condition, node => {
    if (node.kind === 'unknown' || node.kind === 'error' || node.kind === 'query') found = true;
    if (node.kind !== 'column') return undefined;
    const resolved = facts.resolve(node);
    if (resolved?.kind !== 'column' && resolved?.kind !== 'assumed') found = true;
    else if (resolved.relation === relation) found = true;
    return undefined;
  });
  return found;
}

/** The join that brings the two together: the one whose condition speaks of both, else the one that adds the later. */
function joinBetween(scope: SelectScope, one: ScopeRelation, many: ScopeRelation): Join | undefined {
  const later = one.index > many.index ? one : many;
  for (const item of scope.select?.from?.items ?? []) {
    for (let join = item; join.kind === 'join'; join = join.left) {
      if (join.right === later.table) return join;
    }
  }
  return undefined;
}

function bare(expression: Expression): Expression {
  let inner = expression;
  while (inner.kind === 'parenthesized') inner = inner.expression;
  return inner;
}
