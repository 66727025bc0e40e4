/** What a name in an expression means: a column of a relation in FROM, of an outer query, or another item of the list. */

import type { Dialect } from '../../syntax/sql/dialect.ts';
import { normalizeName } from '../../syntax/sql/names.ts';
import type { ColumnReference, ExpressionItem, Identifier, Join } from '../../syntax/sql/tree.ts';
import type { OutputColumn } from '../facts.ts';
import { columnAt, indexOf, isPseudoColumn, keyIn, mayHave, type Name } from './names.ts';
import { newColumn, noOrigins } from './new-column.ts';
import type { MergedColumn, ResolvedColumn, ScopeRelation, UnresolvedReference } from './scopes.ts';
import { type Inference, type Place, type Reference, referenceOf, type Scope } from './state.ts';

const unknown: ResolvedColumn = { kind: 'unknown' };

export function resolveReference(inference: Inference, reference: ColumnReference): ResolvedColumn | undefined {
  const known = referenceOf(inference, reference);
  return known && resolveIn(inference, known);
}

/** The same where it is known already how the reference stands. */
export function resolveIn(inference: Inference, reference: Reference): ResolvedColumn {
  reference.resolved ??= resolveAt(inference, reference.node, reference.place);
  return reference.resolved;
}

export function unresolvedIn(inference: Inference): readonly UnresolvedReference[] {
  const found: UnresolvedReference[] = [];
  for (const reference of inference.references) {
    if (reference === undefined) continue;
    const resolved = resolveIn(inference, reference);
    if (resolved.kind === 'missing' || resolved.kind === 'ambiguous')
      found.push({ reference: reference.node, resolved });
  }
  return found;
}

/**
 * What one level of scopes says about a name. `assumed`: only one relation can deliver it, if no outer query does;
 * `no`: nothing there has it; `perhaps`: nobody can tell.
 */
type Found = ResolvedColumn | typeof perhaps | typeof no;

const no = 'no';
const perhaps = 'perhaps';

function resolveAt(inference: Inference, reference: ColumnReference, start: Place): ResolvedColumn {
  const parts = reference.parts;
  const first = parts[0];
  if (first === undefined || parts.some(part => part.hasUnknown)) return unknown;
  const { dialect } = inference;

  let assumed: ResolvedColumn | undefined;
  let isUncertain = false;
  let missingIn: ScopeRelation | undefined;
  for (let place: Place | undefined = start; place !== undefined; place = place.scope.parentPlace) {
    const found = findAt(place, parts, dialect);
    if (found === perhaps) isUncertain = true;
    else if (found !== no) {
      if (found.kind !== 'assumed') return assumed !== undefined || isUncertain ? unknown : found;
      if (assumed !== undefined) isUncertain = true;
      else assumed = found;
    }
    if (parts.length > 1 && missingIn === undefined) {
      const relation = findRelation(place, parts, 1, dialect);
      if (relation === 'several') isUncertain = true;
      else missingIn = relation;
      // A qualifier names the nearest relation; outer ones of that name are hidden.
      if (relation !== undefined) break;
    }
  }
  if (isUncertain) return unknown;
  if (assumed !== undefined) return assumed;
  const name = missingIn === undefined ? first : (parts[1] as Identifier);
  if (isPseudoColumn(name.name) || inference.perhapsNoColumn.has(reference)) return unknown;
  if (name.quoted && parts.length === 1 && quotesMayBeText.has(dialect)) return unknown;
  if (isNextOfSequence(parts)) return unknown;
  return {
    kind: 'missing',
    name,
    relation: missingIn,
    isQualifier: missingIn === undefined && parts.length > 1,
    hiddenAlias: parts.length === 1 ? hiddenAlias(start, first, dialect) : undefined,
  };
}

/** `numbers.nextval`, `shop.numbers.currval` of Oracle and Snowflake: no column, and what stands before it no relation. */
function isNextOfSequence(parts: readonly Identifier[]): boolean {
  const last = parts.length > 1 ? (parts[parts.length - 1] as Identifier).folded : '';
  return last === 'nextval' || last === 'currval';
}

const quotesMayBeText: ReadonlySet<Dialect> = new Set(['ansi', 'sqlite', 'mysql']);

/** It stands there, whatever else may. */
function isFound(found: Found): found is ResolvedColumn {
  return found !== no && found !== perhaps && found.kind !== 'assumed';
}

/* ------------------------------------------------------------ one level */

function findAt(place: Place, parts: readonly Identifier[], dialect: Dialect): Found {
  const first = parts[0] as Identifier;
  if (place.clause === 'output') return findOutput(place, parts, dialect);
  if (parts.length > 1) {
    const qualified = findQualified(place, parts, dialect);
    if (qualified !== undefined) return qualified;
    return findUnqualified(place, first, parts.slice(1), dialect);
  }
  const aliasFirst = aliasWins(place, dialect) ? findAlias(place, first, dialect) : undefined;
  if (aliasFirst !== undefined) return aliasFirst;
  const column = findUnqualified(place, first, noPath, dialect);
  if (isFound(column)) return column;
  const alias = aliasIsSeen(place, dialect) ? findAlias(place, first, dialect) : undefined;
  if (alias === undefined) return column;
  return column === no ? alias : perhaps;
}

function findOutput(place: Place, parts: readonly Identifier[], dialect: Dialect): Found {
  const delivered = place.delivered;
  if (delivered === undefined || parts.length > 1) return perhaps;
  const index = indexOf(delivered.columns, dialect);
  const key = normalizeName(parts[0] as Identifier, dialect);
  const column = columnAt(delivered.columns, index, key);
  if (column !== undefined && !index.repeated.has(key)) return { kind: 'output', column };
  // Some dialects let ORDER BY see the tables of the first branch.
  return perhaps;
}

/** `t.a`, `s.t.a`, `t.a.b`: `undefined` when no relation of that name is in the scope. */
function findQualified(place: Place, parts: readonly Identifier[], dialect: Dialect): Found | undefined {
  let found: Found | undefined;
  for (let length = 1; length < parts.length; length++) {
    const relation = findRelation(place, parts, length, dialect);
    if (relation === undefined) continue;
    if (relation === 'several') return perhaps;
    const here = findIn(relation, parts[length] as Identifier, pathBehind(parts, length + 1), dialect);
    if (isFound(here)) return here;
    found ??= here;
    if (here !== no) found = here;
  }
  if (found !== undefined && found !== perhaps) {
    // A struct column may bear the relation's name: `items.id` where `items` is a column too.
    const column = findUnqualified(place, parts[0] as Identifier, parts.slice(1), dialect);
    if (isFound(column) && (column.kind === 'column' || column.kind === 'ambiguous')) {
      return found === no ? column : perhaps;
    }
  }
  if (
    found === undefined &&
    place.scope.relations.some(relation => relation.name === undefined && relation.kind === 'unknown')
  ) {
    return perhaps;
  }
  return found;
}

const noPath: readonly Identifier[] = [];

function pathBehind(parts: readonly Identifier[], start: number): readonly Identifier[] {
  return parts.length === start ? noPath : parts.slice(start);
}

/** The relation that the first `length` parts name: by alias, by table, by schema and table. */
function findRelation(
  place: Place,
  parts: readonly Identifier[],
  length: number,
  dialect: Dialect,
): ScopeRelation | 'several' | undefined {
  let found: ScopeRelation | undefined;
  const key = normalizeName(parts[0] as Identifier, dialect);
  for (const relation of relationsAt(place)) {
    if (length === 1 ? relation.nameKey !== key : !isNamed(relation, parts, length, dialect)) continue;
    if (found !== undefined) return 'several';
    found = relation;
  }
  return found;
}

function isNamed(relation: ScopeRelation, parts: readonly Identifier[], length: number, dialect: Dialect): boolean {
  if (relation.alias !== undefined || relation.table.kind !== 'table') return false;
  const written = relation.table.name.parts;
  const offset = written.length - length;
  if (offset < 0) return false;
  for (let i = 0; i < length; i++) {
    const part = parts[i] as Identifier;
    if (normalizeName(part, dialect) !== normalizeName(written[offset + i] as Identifier, dialect)) return false;
  }
  return true;
}

/** Relations that an expression at the place sees. */
function relationsAt(place: Place): readonly ScopeRelation[] {
  const { relations } = place.scope;
  const all = place.low === 0 && place.high >= relations.length ? relations : relations.slice(place.low, place.high);
  for (const { hiddenBy } of all)
    if (hiddenBy !== undefined)
      return all.filter(relation => relation.hiddenBy === undefined || isInside(place.join, relation.hiddenBy));
  return all;
}

function isInside(join: Join | undefined, outer: Join): boolean {
  return join !== undefined && join.start >= outer.start && join.end <= outer.end;
}

/** A column of one relation. */
function findIn(relation: ScopeRelation, name: Identifier, path: readonly Identifier[], dialect: Dialect): Found {
  const index = relation.columnIndex;
  const key = keyIn(index, name, dialect);
  const column = columnAt(relation.columns, index, key);
  if (column !== undefined) {
    if (dialect !== 'duckdb' && index.repeated.has(key)) {
      // A list that may name columns which are not there proves nothing.
      if (!relation.columns.isComplete) return unknown;
      return { kind: 'ambiguous', name, relations: [relation] };
    }
    return { kind: 'column', relation, column, path };
  }
  if (mayHave(relation.columns, index, name, dialect) || isPseudoColumn(name.name)) return perhaps;
  if (relation.columns.isComplete || relation.open?.without.has(key)) return no;
  return { kind: 'assumed', relation, column: assumedColumn(relation, name), path };
}

function findUnqualified(place: Place, name: Identifier, path: readonly Identifier[], dialect: Dialect): Found {
  const visible = relationsAt(place);
  const [first] = visible;
  const key = first === undefined ? normalizeName(name, dialect) : keyIn(first.columnIndex, name, dialect);
  const merged = mergedAt(place, key, dialect);
  const inMerged = merged === undefined ? undefined : new Set(merged.members.map(member => member.relation));
  // Nearly every name is that of one column of one relation: lists are made for the others only.
  let hits = none;
  let open = none;
  let hit: OutputColumn | undefined;
  let isRepeated = false;
  let isUncertain = place.scope.isOpen;
  for (const relation of visible) {
    if (inMerged?.has(relation)) continue;
    const index = relation.columnIndex;
    const column = columnAt(relation.columns, index, key);
    if (column !== undefined) {
      if (visible.length === 1 && merged === undefined && (dialect === 'duckdb' || !index.repeated.has(key)))
        return { kind: 'column', relation, column, path };
      hits = [...hits, relation];
      hit = column;
      isRepeated ||= dialect !== 'duckdb' && index.repeated.has(key);
    } else if (mayHave(relation.columns, index, name, dialect)) isUncertain = true;
    else if (!relation.columns.isComplete && !relation.open?.without.has(key)) open = [...open, relation];
  }
  if (merged !== undefined && hits.length === 0) {
    return { kind: 'column', relation: merged.relation, column: merged.column, merged, path };
  }
  // `unnest(ids) as id`: in BigQuery the name is the element, and hides a column of another relation that bears it.
  if (hits.length > 0 && visible.some(one => one.kind === 'unnest' && one.nameKey === key && !hits.includes(one)))
    return unknown;
  if (hits.length === 1 && merged === undefined && !isRepeated) {
    return { kind: 'column', relation: hits[0] as ScopeRelation, column: hit as OutputColumn, path };
  }
  if (hits.length > 0) {
    if (merged !== undefined) hits = [...merged.members.map(member => member.relation), ...hits];
    // A list that may name columns which are not there proves nothing.
    if (hits.some(relation => !relation.columns.isComplete)) return unknown;
    return { kind: 'ambiguous', name, relations: hits };
  }
  const row = findRelation(place, [name], 1, dialect);
  if (row === 'several') return perhaps;
  if (row !== undefined) {
    if (path.length > 0) return perhaps;
    return { kind: 'row', relation: row };
  }
  if (isUncertain || isPseudoColumn(name.name)) return perhaps;
  if (open.length === 0) return no;
  // `"open"` is a text where the dialect says so.
  const mayBeText = name.quoted && dialect === 'ansi' && place.clause !== 'items';
  if (open.length > 1 || mayBeText) return perhaps;
  const relation = open[0] as ScopeRelation;
  return { kind: 'assumed', relation, column: assumedColumn(relation, name), path };
}

const none: readonly ScopeRelation[] = [];

/** The last column of that name that USING or NATURAL made of relations which the place sees. */
function mergedAt(place: Place, key: string, dialect: Dialect): MergedColumn | undefined {
  for (let i = place.scope.merged.length - 1; i >= 0; i--) {
    const merged = place.scope.merged[i] as MergedColumn;
    if (normalizeName(merged.name, dialect) !== key) continue;
    if (merged.members.every(({ relation }) => relation.index >= place.low && relation.index < place.high))
      return merged;
  }
  return undefined;
}

/** A column that a relation must have, though no list says so. */
export function assumedColumn(relation: Pick<ScopeRelation, 'open'>, name: Name): OutputColumn {
  const { open } = relation;
  if (open === undefined) {
    return newColumn(name.name, name.quoted, undefined, 'unknown', undefined, 'unknown', noOrigins, false);
  }
  const origins = [{ node: open.node, column: name.name }];
  return newColumn(name.name, name.quoted, undefined, open.nullable, open.nullableBecause, 'star', origins, false);
}

/* -------------------------------------------------------------- aliases */

function findAlias(place: Place, name: Identifier, dialect: Dialect): Found | undefined {
  const item = aliasItem(place.scope, name, dialect);
  if (item === undefined) return undefined;
  if (place.clause === 'items') {
    const isEarlier = item.index < place.item || (dialect === 'clickhouse' && item.index !== place.item);
    if (!isEarlier) return undefined;
  }
  return { kind: 'alias', item: item.item, scope: place.scope };
}

function aliasItem(
  scope: Scope,
  name: Identifier,
  dialect: Dialect,
): { readonly item: ExpressionItem; readonly index: number } | undefined {
  if (scope.aliases === undefined) {
    const aliases = new Map<string, number>();
    scope.select?.items.forEach((item, i) => {
      if (item.kind !== 'item' || item.alias === undefined || item.alias.hasUnknown) return;
      const key = normalizeName(item.alias, dialect);
      if (!aliases.has(key)) aliases.set(key, i);
    });
    scope.aliases = aliases;
  }
  const index = scope.aliases.get(normalizeName(name, dialect));
  const item = index === undefined ? undefined : scope.select?.items[index];
  return index === undefined || item?.kind !== 'item' ? undefined : { item, index };
}

/** Clauses in which an alias goes before a column of the same name. */
function aliasWins(place: Place, dialect: Dialect): boolean {
  if (dialect === 'clickhouse') return place.clause !== 'on' && place.clause !== 'lateral';
  return place.clause === 'order' || (place.clause === 'group' && dialect === 'bigquery');
}

const lateralAliases: ReadonlySet<Dialect> = new Set([
  ...(['snowflake', 'redshift', 'databricks', 'sparksql', 'duckdb', 'clickhouse', 'ansi'] as const),
]);
const aliasesInWhere: ReadonlySet<Dialect> = new Set(['snowflake', 'duckdb', 'clickhouse', 'sqlite', 'ansi']);
const noAliasesInHaving: ReadonlySet<Dialect> = new Set(['postgres', 'trino', 'athena', 'tsql']);

/** Clauses in which an alias is seen when no column has the name. */
function aliasIsSeen(place: Place, dialect: Dialect): boolean {
  switch (place.clause) {
    case 'items':
      return lateralAliases.has(dialect);
    case 'where':
      return aliasesInWhere.has(dialect);
    case 'having':
      return !noAliasesInHaving.has(dialect);
    case 'group':
      return dialect !== 'tsql' && dialect !== 'trino' && dialect !== 'athena';
    case 'order':
      return true;
    case 'on':
      return dialect === 'snowflake' || dialect === 'ansi';
    case 'lateral':
    case 'output':
      return false;
  }
}

function hiddenAlias(place: Place, name: Identifier, dialect: Dialect): ExpressionItem | undefined {
  return place.clause === 'output' ? undefined : aliasItem(place.scope, name, dialect)?.item;
}
