/** What a SELECT delivers: its items in order, stars expanded, each with type, nullability and descent. */

import type { Dialect } from '../../syntax/sql/dialect.ts';
import { lowerCase, normalizeName } from '../../syntax/sql/names.ts';
import type { ExpressionItem, Identifier, SelectItem, StarItem } from '../../syntax/sql/tree.ts';
import type { OutputColumn } from '../facts.ts';
import { deriveExpression, ownName } from './derive.ts';
import { indexOf, type Name, shareIndex } from './names.ts';
import { newColumn, noOrigins } from './new-column.ts';
import { mayChangeNulls, nullOfColumn, nullOfOutput } from './null-of-columns.ts';
import { resolveIn, resolveReference } from './resolve.ts';
import { noRowFacts } from './row-facts.ts';
import type { Delivered, MergedColumn, Nullability, OpenColumns, ScopeRelation } from './scopes.ts';
import {
  bare,
  COLUMN_LIMIT,
  type FromTree,
  type Inference,
  itemColumnOf,
  nothingKnown,
  placeBehind,
  referenceOf,
  type Scope,
  TOTAL_COLUMN_LIMIT,
  unknownNullability,
} from './state.ts';

/** Fills in the output of a scope whose relations and expressions are known. */
export function deliverSelect(inference: Inference, scope: Scope): Delivered {
  const { select } = scope;
  if (select === undefined || select.as !== undefined) return nothingKnown;
  const list = new ColumnList(inference);
  const starts: number[] = [];
  if (select.items.length === 0) {
    // Only a query that begins with FROM means all columns by no list; any other is half-typed.
    if (select.keyword === undefined && select.from !== undefined) addStar(inference, scope, undefined, list);
    else list.isComplete = false;
  }
  for (const item of select.items) {
    starts.push(list.columns.length);
    addItem(inference, scope, item, list);
  }
  starts.push(list.columns.length);
  if (select.isOpaque) list.close();
  scope.itemStarts = starts;
  return { columns: { columns: list.columns, isComplete: list.isComplete }, open: list.open, rows: noRowFacts };
}

/** All columns of a scope, as `*` gives them. */
export function deliverStar(inference: Inference, scope: Scope): Delivered {
  const list = new ColumnList(inference);
  addStar(inference, scope, undefined, list);
  return { columns: { columns: list.columns, isComplete: list.isComplete }, open: list.open, rows: noRowFacts };
}

/** Columns in order, with what is known of those that are not listed. */
class ColumnList {
  columns: readonly OutputColumn[] = [];
  isComplete = true;
  open: OpenColumns | undefined;
  readonly #inference: Inference;
  #own: OutputColumn[] | undefined;
  #openings = 0;

  constructor(inference: Inference) {
    this.#inference = inference;
  }

  add(column: OutputColumn): void {
    if (this.columns.length >= COLUMN_LIMIT || this.#inference.columnsMade >= TOTAL_COLUMN_LIMIT) {
      this.close();
      return;
    }
    this.#inference.columnsMade++;
    this.#ownColumns().push(column);
  }

  /** All of a list; it is shared, not copied, when nothing stands before it. */
  addAll(columns: readonly OutputColumn[]): void {
    if (this.columns.length === 0 && this.#own === undefined) this.columns = columns;
    else for (const column of columns) this.add(column);
  }

  /** Some columns are not listed; `open` says where they come from. */
  addOpen(open: OpenColumns | undefined): void {
    this.isComplete = false;
    this.#openings++;
    this.open = this.#openings === 1 ? open : undefined;
  }

  /** Some columns are not listed, and nobody knows which. */
  close(): void {
    this.addOpen(undefined);
  }

  #ownColumns(): OutputColumn[] {
    if (this.#own === undefined) {
      this.#inference.columnsMade += this.columns.length;
      this.#own = [...this.columns];
      this.columns = this.#own;
    }
    return this.#own;
  }
}

function addItem(inference: Inference, scope: Scope, item: SelectItem, list: ColumnList): void {
  switch (item.kind) {
    case 'unknown-item':
      list.close();
      return;
    case 'star':
      addStar(inference, scope, item, list);
      return;
    case 'item':
      if (item.aliases !== undefined) for (const alias of item.aliases) addAliased(inference, item, alias, list);
      else if (item.alias?.hasUnknown || isNothing(item)) list.close();
      else list.add(columnOfItem(inference, item) ?? unknownColumn(item.alias));
  }
}

/** Half-typed, or a placeholder that may be any number of columns. */
function isNothing(item: ExpressionItem): boolean {
  return item.alias === undefined && (item.expression.kind === 'error' || item.expression.kind === 'unknown');
}

function addAliased(inference: Inference, item: ExpressionItem, alias: Identifier, list: ColumnList): void {
  if (alias.hasUnknown) list.close();
  else list.add({ ...unknownColumn(alias), ...deriveExpression(inference, item.expression) });
}

function unknownColumn(name: Name | undefined): OutputColumn {
  return makeNamed(name, undefined, unknownNullability, 'unknown', noOrigins, true);
}

/* ------------------------------------------------------------- expressions */

/** The column that an item makes; `undefined` while it is being worked on. */
export function columnOfItem(inference: Inference, item: ExpressionItem): OutputColumn | undefined {
  const known = itemColumnOf(inference, item);
  if (known.column !== undefined) return known.column === 'running' ? undefined : known.column;
  // A chain of aliases, each resting on the one before it, is worked on from its end.
  if (inference.running > 100) return undefined;
  const carried = carriedColumn(inference, item);
  if (carried !== undefined) {
    known.column = carried;
    return carried;
  }
  inference.running++;
  known.column = 'running';
  const column = makeColumn(inference, item);
  inference.running--;
  known.column = column;
  return column;
}

/** Most items are names of columns: those of a select whose conditions have been read rest on no other item. */
function carriedColumn(inference: Inference, { expression, alias }: ExpressionItem): OutputColumn | undefined {
  if (expression.kind !== 'column') return undefined;
  const reference = referenceOf(inference, expression);
  if (reference === undefined) return undefined;
  const { place } = reference;
  const resolved = resolveIn(inference, reference);
  if ((resolved.kind !== 'column' && resolved.kind !== 'assumed') || resolved.path.length > 0) return undefined;
  const { relation, column } = resolved;
  if (place.scope !== relation.scope || place.scope.nullsOfRows === undefined) return undefined;
  const merged = resolved.kind === 'column' ? resolved.merged?.join : undefined;
  const name = alias ?? ownName(inference, expression);
  return carry(column, name, nullOfColumn(inference, relation, column, place, merged));
}

function makeColumn(inference: Inference, item: ExpressionItem): OutputColumn {
  const name: Name | undefined = item.alias ?? ownName(inference, item.expression);
  const expression = bare(item.expression);
  const nullability = inference.nullabilityOf(expression);
  if (expression.kind !== 'column') {
    const { derivation, origins } = deriveExpression(inference, expression);
    return makeNamed(name, inference.typeOf(expression), nullability, derivation, origins, true);
  }
  const resolved = resolveReference(inference, expression);
  const isRenamed = item.alias !== undefined;
  switch (resolved?.kind) {
    case 'column':
    case 'assumed':
      if (resolved.path.length === 0) return carry(resolved.column, name, nullability);
      return makeNamed(name, undefined, nullability, 'transform', resolved.column.origins, isRenamed);
    case 'alias': {
      const source = columnOfItem(inference, resolved.item);
      if (source !== undefined) return carry(source, name, nullability);
      break;
    }
    default:
      break;
  }
  return makeNamed(name, undefined, nullability, 'unknown', noOrigins, isRenamed);
}

function makeNamed(
  name: Name | undefined,
  type: OutputColumn['type'],
  { nullable, because }: Nullability,
  derivation: OutputColumn['derivation'],
  origins: OutputColumn['origins'],
  definedHere: boolean,
): OutputColumn {
  return newColumn(name?.name ?? '', name?.quoted ?? false, type, nullable, because, derivation, origins, definedHere);
}

/** A column carried along, perhaps under another name. */
function carry(source: OutputColumn, name: Name | undefined, nullability: Nullability): OutputColumn {
  const isSame = isSameName(name?.name ?? '', source.name);
  const derivation = carriedDerivation(source, name?.name ?? '');
  return makeNamed(name, source.type, nullability, derivation, source.origins, isSame ? source.definedHere : true);
}

function carriedDerivation(source: OutputColumn, name: string): OutputColumn['derivation'] {
  const [origin] = source.origins;
  switch (source.derivation) {
    case 'star':
    case 'passthrough':
    case 'rename':
      if (origin === undefined) return 'unknown';
      return isSameName(origin.column, name) ? 'passthrough' : 'rename';
    default:
      return source.derivation;
  }
}

/** But for case. Most that are the same are written the same. */
function isSameName(a: string, b: string): boolean {
  return a === b || (a.length === b.length && lowerCase(a) === lowerCase(b));
}

function withNulls(column: OutputColumn, nullability: Nullability): OutputColumn {
  return makeNamed(column, column.type, nullability, column.derivation, column.origins, column.definedHere);
}

/* ------------------------------------------------------------------- stars */

function addStar(inference: Inference, scope: Scope, star: StarItem | undefined, list: ColumnList): void {
  const contributions =
    star?.qualifier === undefined ? starOf(inference, scope) : starOfQualified(inference, scope, star);
  if (contributions === undefined || star?.isFiltered) {
    list.close();
    return;
  }
  if (star === undefined || (star.exclude.length === 0 && star.replace.length === 0 && star.rename.length === 0)) {
    for (const { columns, open } of contributions) {
      list.addAll(columns);
      if (open !== 'none') list.addOpen(open);
    }
    return;
  }
  addChangedStar(inference, star, contributions, list);
}

/** Columns that one relation gives to a star. */
interface Contribution {
  readonly columns: readonly OutputColumn[];
  /** `none`: all are listed. `undefined`: some are not, and nobody knows where they come from. */
  readonly open: OpenColumns | undefined | 'none';
}

function addChangedStar(
  inference: Inference,
  star: StarItem,
  contributions: readonly Contribution[],
  list: ColumnList,
): void {
  const { dialect } = inference;
  const fold = (name: Name) => normalizeName(name, dialect);
  if ([...star.exclude, ...star.rename.map(({ to }) => to)].some(name => name.hasUnknown)) {
    list.close();
    return;
  }
  const excluded = new Set(star.exclude.map(fold));
  const replaced = new Map(
    star.replace.flatMap(item => (item.alias === undefined ? [] : [[fold(item.alias), item] as const])),
  );
  const renamed = new Map(star.rename.map(({ from, to }) => [fold(from), to] as const));
  const used = new Set<string>();
  for (const { columns, open } of contributions) {
    for (const column of columns) {
      const key = fold(column);
      if (excluded.has(key)) continue;
      const replacement = replaced.get(key);
      const name = renamed.get(key);
      if (replacement !== undefined || name !== undefined) used.add(key);
      if (replacement !== undefined) list.add(columnOfItem(inference, replacement) ?? unknownColumn(column));
      else if (name !== undefined) list.add(carry(column, name, nullOfOutput(column)));
      else list.add(column);
    }
    if (open === 'none') continue;
    const without = open === undefined ? undefined : new Set([...open.without, ...excluded, ...renamed.keys()]);
    list.addOpen(open === undefined || without === undefined ? undefined : { ...open, without });
  }
  if (list.isComplete) return;
  // What the star replaces or renames is there for sure, though nobody lists it.
  for (const [key, item] of replaced) {
    if (!used.has(key)) list.add(columnOfItem(inference, item) ?? unknownColumn(item.alias));
  }
  for (const [key, name] of renamed) if (!used.has(key)) list.add(unknownColumn(name));
}

function starOfQualified(inference: Inference, scope: Scope, star: StarItem): readonly Contribution[] | undefined {
  const parts = star.qualifier?.parts ?? [];
  const last = parts[parts.length - 1];
  if (last === undefined || parts.some(part => part.hasUnknown)) return undefined;
  const named = scope.relations.filter(
    relation =>
      relation.hiddenBy === undefined &&
      relation.name !== undefined &&
      normalizeName(relation.name, inference.dialect) === normalizeName(last, inference.dialect),
  );
  const [relation] = named;
  // `t.*` of a struct column, or a name that several relations have.
  if (relation === undefined || named.length > 1) return undefined;
  const contribution = contributionOf(inference, scope, relation);
  return [
    leavesOutMerged.has(inference.dialect) ? withoutMerged(inference, scope, relation, contribution) : contribution,
  ];
}

/** Trino and its kin: what USING joins by is no column of `t.*`. */
const leavesOutMerged: ReadonlySet<Dialect> = new Set(['trino', 'athena']);

function withoutMerged(
  inference: Inference,
  scope: Scope,
  relation: ScopeRelation,
  { columns, open }: Contribution,
): Contribution {
  const { dialect } = inference;
  const names = new Set(
    scope.merged
      .filter(({ members }) => members.some(member => member.relation === relation))
      .map(({ name }) => normalizeName(name, dialect)),
  );
  if (names.size === 0) return { columns, open };
  return {
    columns: columns.filter(column => !names.has(normalizeName(column, dialect))),
    open: open === 'none' || open === undefined ? open : { ...open, without: new Set([...open.without, ...names]) },
  };
}

function contributionOf(inference: Inference, scope: Scope, relation: ScopeRelation): Contribution {
  const columns = visibleColumns(inference, scope, relation);
  if (relation.columns.isComplete) return { columns, open: 'none' };
  const { open } = relation;
  if (open === undefined) return { columns, open };
  const example = nullOfColumn(
    inference,
    relation,
    { ...unknownColumn(undefined), nullable: open.nullable },
    placeBehind(scope),
  );
  if (example.nullable === open.nullable) return { columns, open };
  const changed = { ...open, nullable: example.nullable };
  return { columns, open: example.because === undefined ? changed : { ...changed, nullableBecause: example.because } };
}

/** The columns of a relation as the rows behind all conditions have them. The list itself when nothing changes. */
function visibleColumns(inference: Inference, scope: Scope, relation: ScopeRelation): readonly OutputColumn[] {
  scope.visible ??= new Map();
  const known = scope.visible.get(relation);
  if (known !== undefined) return known;
  const place = placeBehind(scope);
  let changed: OutputColumn[] | undefined;
  if (!mayChangeNulls(inference, relation, place)) {
    scope.visible.set(relation, relation.columns.columns);
    return relation.columns.columns;
  }
  relation.columns.columns.forEach((column, i) => {
    const nullability = nullOfColumn(inference, relation, column, place);
    if (nullability.nullable === column.nullable) {
      changed?.push(column);
      return;
    }
    if (changed === undefined) {
      changed = relation.columns.columns.slice(0, i);
      inference.columnsMade += relation.columns.columns.length;
    }
    changed.push(withNulls(column, nullability));
  });
  const columns = changed ?? relation.columns.columns;
  if (changed !== undefined) shareIndex(relation.columns.columns, changed);
  scope.visible.set(relation, columns);
  return columns;
}

/** All relations in order; columns that USING or NATURAL merged come first in their join, once. */
function starOf(inference: Inference, scope: Scope): readonly Contribution[] | undefined {
  if (scope.isOpen) return undefined;
  if (scope.merged.length === 0) {
    return scope.relations
      .filter(relation => relation.hiddenBy === undefined)
      .map(relation => contributionOf(inference, scope, relation));
  }
  return scope.trees.flatMap(tree => flatten(inference, scope, tree));
}

function flatten(inference: Inference, scope: Scope, tree: FromTree): readonly Contribution[] {
  // Joins lean left and may be many.
  const joins: Extract<FromTree, { kind: 'join' }>[] = [];
  let leftmost = tree;
  for (; leftmost.kind === 'join'; leftmost = leftmost.left) joins.push(leftmost);
  let result: readonly Contribution[] =
    leftmost.kind === 'relation' && leftmost.relation.hiddenBy === undefined
      ? [contributionOf(inference, scope, leftmost.relation)]
      : [];
  for (let i = joins.length - 1; i >= 0; i--) {
    const join = joins[i] as (typeof joins)[number];
    const right = flatten(inference, scope, join.right);
    result =
      join.merged.length === 0 ? [...result, ...right] : merge(inference, scope, join.merged, [...result, ...right]);
  }
  return result;
}

function merge(
  inference: Inference,
  scope: Scope,
  merged: readonly MergedColumn[],
  parts: readonly Contribution[],
): readonly Contribution[] {
  const { dialect } = inference;
  const names = new Set(merged.map(({ name }) => normalizeName(name, dialect)));
  const first = merged.map(({ relation, column, join }) =>
    withNulls(column, nullOfColumn(inference, relation, column, placeBehind(scope), join)),
  );
  const rest = parts.map(({ columns, open }): Contribution => {
    const index = indexOf({ columns, isComplete: true }, dialect);
    const kept = [...names].some(name => index.places.has(name))
      ? columns.filter(column => !names.has(normalizeName(column, dialect)))
      : columns;
    return {
      columns: kept,
      open: open === 'none' || open === undefined ? open : { ...open, without: new Set([...open.without, ...names]) },
    };
  });
  return [{ columns: first, open: 'none' }, ...rest];
}
