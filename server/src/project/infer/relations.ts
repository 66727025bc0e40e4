/** Reads FROM: which relations a query has, what each delivers, and which joins may fill it with NULL. */

import { normalizeName } from '../../syntax/sql/names.ts';
import type {
  Identifier,
  Join,
  JoinType,
  Subquery,
  TableAlias,
  TableExpression,
  TableFunction,
  TableReference,
  UnnestTable,
} from '../../syntax/sql/tree.ts';
import type { CandidateKey, OutputColumn, OutputColumns, TypeFamily } from '../facts.ts';
import { type Binder, newScope } from './bind.ts';
import { correlationName, indexOf, type Name } from './names.ts';
import { placeBehind } from './output.ts';
import { assumedColumn } from './resolve.ts';
import type { Delivered, KnownRelation, MergedColumn, RelationKind, ScopeRelation } from './scopes.ts';
import {
  type CteScope,
  type CteState,
  type FromTree,
  noColumns,
  nothingKnown,
  type Place,
  type Scope,
} from './state.ts';

/** Adds the relations of one item of FROM to the scope. */
export function bindTable(binder: Binder, scope: Scope, table: TableExpression, ctes: CteScope | undefined): FromTree {
  switch (table.kind) {
    case 'join':
      return bindJoins(binder, scope, table, ctes);
    case 'table':
      return one(bindReference(binder, scope, table, ctes));
    case 'subquery':
      return one(bindSubquery(binder, scope, table, ctes, table.lateral));
    case 'table-function':
      return one(bindFunction(binder, scope, table, ctes));
    case 'unnest':
      return one(bindUnnest(binder, scope, table, ctes));
    case 'parenthesized-table':
      if (table.alias === undefined) return bindTable(binder, scope, table.table, ctes);
      return one(bindEnclosed(binder, scope, table, table.table, table.alias, ctes));
    case 'pivoted':
    case 'match-recognize':
      return one(bindEnclosed(binder, scope, table, table.source, table.alias, ctes));
    case 'unknown-table':
    case 'error':
      scope.isOpen = true;
      if (table.kind === 'error') return { kind: 'nothing' };
      return one(addRelation(binder, scope, { kind: 'unknown', table, delivered: nothingKnown, alias: table.alias }));
  }
}

function one(relation: ScopeRelation): FromTree {
  return { kind: 'relation', relation };
}

interface NewRelation {
  readonly kind: RelationKind;
  readonly table: TableExpression;
  readonly delivered: Delivered;
  readonly alias?: TableAlias | undefined;
  /** Name without an alias. */
  readonly name?: Name | undefined;
  readonly node?: string;
  readonly cte?: CteState;
  readonly isLateral?: boolean;
}

function addRelation(binder: Binder, scope: Scope, made: NewRelation): ScopeRelation {
  const delivered = renameColumns(binder, made.delivered, made.alias?.columns);
  const alias = made.alias?.name;
  const name = alias === undefined ? made.name : alias.hasUnknown ? undefined : alias;
  const relation: ScopeRelation = {
    id: binder.inference.nextRelation++,
    index: scope.relations.length,
    kind: made.kind,
    table: made.table,
    name,
    nameKey: name === undefined ? undefined : normalizeName(name, binder.inference.dialect),
    alias,
    columns: delivered.columns,
    open: delivered.open,
    keys: delivered.keys,
    node: made.node,
    cte: made.cte,
    isLateral: made.isLateral ?? false,
    nullableBy: [],
    hiddenBy: undefined,
    scope,
  };
  if (relation.name === undefined && made.kind === 'unknown') scope.isOpen = true;
  scope.relations.push(relation);
  return relation;
}

/** `t (a, b)`: the columns under the names that an alias or a CTE gives them. */
export function renameColumns(
  binder: Binder,
  delivered: Delivered,
  names: readonly Identifier[] | undefined,
): Delivered {
  if (names === undefined || names.length === 0) return delivered;
  if (names.some(name => name.hasUnknown)) return nothingKnown;
  const { columns, isComplete } = delivered.columns;
  const { dialect } = binder.inference;
  const renamed = names.map((name, i): OutputColumn => {
    const column = isComplete ? columns[i] : undefined;
    if (column === undefined) {
      return { ...assumedColumn({ open: undefined }, name), definedHere: true };
    }
    const isSame = column.name.toLowerCase() === name.name.toLowerCase();
    const isCarried = column.derivation === 'passthrough' || column.derivation === 'star';
    return {
      ...column,
      name: name.name,
      quoted: name.quoted,
      derivation: isCarried && !isSame ? 'rename' : column.derivation,
      definedHere: isSame ? column.definedHere : true,
    };
  });
  // Postgres and its kin let a list be shorter than the columns; the others keep their names.
  const mayBeShort = /^(?:ansi|postgres|redshift|duckdb)$/.test(dialect);
  const rest = isComplete && mayBeShort ? columns.slice(names.length) : [];
  return {
    columns: { columns: [...renamed, ...rest], isComplete: isComplete ? names.length <= columns.length : !mayBeShort },
    open: undefined,
    keys: isComplete ? renameKeys(delivered.keys, columns, renamed) : [],
  };
}

function renameKeys(
  keys: readonly CandidateKey[],
  before: readonly OutputColumn[],
  after: readonly OutputColumn[],
): readonly CandidateKey[] {
  const names = new Map(
    before.map((column, i) => [column.name.toLowerCase(), (after[i] ?? column).name.toLowerCase()]),
  );
  return keys.map(key => ({ ...key, columns: key.columns.map(name => names.get(name) ?? name).sort() }));
}

/* ------------------------------------------------------------------ joins */

const outerSides: { readonly [type in JoinType]?: 'left' | 'right' | 'both' } = {
  left: 'right',
  right: 'left',
  full: 'both',
  'outer-apply': 'right',
};

function bindJoins(binder: Binder, scope: Scope, join: Join, ctes: CteScope | undefined): FromTree {
  const spine: Join[] = [];
  let leftmost: TableExpression = join;
  for (; leftmost.kind === 'join'; leftmost = leftmost.left) spine.push(leftmost);
  const low = scope.relations.length;
  let tree = bindTable(binder, scope, leftmost, ctes);
  for (let i = spine.length - 1; i >= 0; i--) {
    const node = spine[i] as Join;
    const middle = scope.relations.length;
    const isApply = node.type === 'apply' || node.type === 'outer-apply' || node.modifier === 'lateral';
    const right =
      isApply && node.right.kind === 'subquery'
        ? one(bindSubquery(binder, scope, node.right, ctes, true))
        : bindTable(binder, scope, node.right, ctes);
    const high = scope.relations.length;
    const place: Place = {
      scope,
      clause: 'on',
      low,
      high,
      item: 0,
      join: node,
      delivered: undefined,
    };
    const merged = mergeColumns(binder, scope, node, low, middle, high);
    const side = node.modifier === 'positional' ? 'both' : outerSides[node.type];
    if (side === 'right' || side === 'both') markNullable(scope, middle, high, node);
    if (side === 'left' || side === 'both') markNullable(scope, low, middle, node);
    if (node.type === 'semi' || node.type === 'anti') {
      for (let at = middle; at < high; at++) {
        scope.relations[at] = Object.assign(scope.relations[at] as ScopeRelation, { hiddenBy: node });
      }
    }
    if (node.on !== undefined) binder.register(node.on, place, ctes);
    if (node.matchCondition !== undefined) binder.register(node.matchCondition, place, ctes);
    tree = { kind: 'join', left: tree, right, merged };
  }
  return tree;
}

function markNullable(scope: Scope, low: number, high: number, join: Join): void {
  for (let at = low; at < high; at++) ((scope.relations[at] as ScopeRelation).nullableBy as Join[]).push(join);
}

/** Columns that USING or NATURAL makes one of two. */
function mergeColumns(
  binder: Binder,
  scope: Scope,
  join: Join,
  low: number,
  middle: number,
  high: number,
): readonly MergedColumn[] {
  const left = scope.relations.slice(low, middle);
  const right = scope.relations.slice(middle, high);
  if (left.length === 0 || right.length === 0) return [];
  let names: readonly Name[] = join.using ?? [];
  if (join.using?.some(name => name.hasUnknown)) {
    scope.isOpen = true;
    return [];
  }
  if (join.natural) {
    const all = [...left, ...right];
    if (!all.every(relation => relation.columns.isComplete)) {
      scope.isOpen = true;
      return [];
    }
    const theirs = new Set(
      right.flatMap(relation => [...indexOf(relation.columns, binder.inference.dialect).byName.keys()]),
    );
    names = left
      .flatMap(relation => relation.columns.columns)
      .filter(column => theirs.delete(normalizeName(column, binder.inference.dialect)));
  }
  const merged = names.map(name => mergeColumn(binder, scope, join, name, left, right));
  scope.merged.push(...merged);
  return merged;
}

function mergeColumn(
  binder: Binder,
  scope: Scope,
  join: Join,
  name: Name,
  left: readonly ScopeRelation[],
  right: readonly ScopeRelation[],
): MergedColumn {
  const { dialect } = binder.inference;
  const key = normalizeName(name, dialect);
  const earlier = scope.merged.findLast(
    merged => normalizeName(merged.name, dialect) === key && left.includes(merged.relation),
  );
  const ours = earlier ?? findMember(left, name, dialect);
  const theirs = findMember(right, name, dialect);
  const members = [
    ...(earlier?.members ?? (ours === undefined ? [] : [{ relation: ours.relation, column: ours.column }])),
    ...(theirs === undefined ? [] : [theirs]),
  ];
  const chosen = join.type === 'right' ? (theirs ?? ours) : (ours ?? theirs);
  const relation = chosen?.relation ?? left[0] ?? (right[0] as ScopeRelation);
  const column = chosen?.column ?? assumedColumn({ open: undefined }, name);
  return {
    name,
    join,
    relation,
    members,
    column: mergedValue(join.type, column, ours?.column, theirs?.column, relation),
  };
}

function findMember(
  relations: readonly ScopeRelation[],
  name: Name,
  dialect: Parameters<typeof normalizeName>[1],
): { readonly relation: ScopeRelation; readonly column: OutputColumn } | undefined {
  const key = normalizeName(name, dialect);
  const open: ScopeRelation[] = [];
  for (const relation of relations) {
    const column = indexOf(relation.columns, dialect).byName.get(key);
    if (column !== undefined) return { relation, column };
    if (!relation.columns.isComplete) open.push(relation);
  }
  const [only] = open;
  return only === undefined || open.length > 1 ? undefined : { relation: only, column: assumedColumn(only, name) };
}

function mergedValue(
  type: JoinType,
  column: OutputColumn,
  left: OutputColumn | undefined,
  right: OutputColumn | undefined,
  relation: ScopeRelation,
): OutputColumn {
  const { nullableBecause: _, ...rest } = column;
  switch (type) {
    case 'inner':
    case 'semi':
      return { ...rest, nullable: 'no', nullableBecause: 'the join matches on it' };
    case 'full': {
      const areBoth = left !== undefined && right !== undefined;
      const isNo = areBoth && left.nullable === 'no' && right.nullable === 'no';
      const isYes = areBoth && left.nullable === 'yes' && right.nullable === 'yes';
      const origins = [...(left?.origins ?? []), ...(right?.origins ?? [])];
      return { ...rest, nullable: isNo ? 'no' : isYes ? 'yes' : 'unknown', derivation: 'transform', origins };
    }
    default:
      // Joins beneath this one may have filled the side that gives the value.
      if (relation.nullableBy.length > 0)
        return { ...rest, nullable: 'yes', nullableBecause: 'comes through an outer join' };
      return column;
  }
}

/* ------------------------------------------------------------- relations */

function bindReference(binder: Binder, scope: Scope, table: TableReference, ctes: CteScope | undefined): ScopeRelation {
  const { inference } = binder;
  const { parts } = table.name;
  const [first] = parts;
  const name = correlationName(parts);
  if (first === undefined || parts.some(part => part.hasUnknown)) {
    return addRelation(binder, scope, { kind: 'unknown', table, delivered: nothingKnown, alias: table.alias, name });
  }
  const isRendered = inference.input.isRendered?.(table) ?? false;
  const cte = parts.length === 1 && !isRendered ? findCte(binder, ctes, first) : undefined;
  if (cte !== undefined) {
    cte.references.push(table);
    return addRelation(binder, scope, { kind: 'cte', table, delivered: cte.delivered, alias: table.alias, name, cte });
  }
  // `from t, t.items`: a collection inside a row of an earlier relation.
  if (parts.length > 1 && !isRendered && isPathOf(scope, first, inference.dialect)) {
    return addRelation(binder, scope, {
      kind: 'unnest',
      table,
      delivered: nothingKnown,
      alias: table.alias,
      name,
      isLateral: true,
    });
  }
  const known = inference.input.relation(table);
  if (known === undefined) {
    return addRelation(binder, scope, { kind: 'unknown', table, delivered: nothingKnown, alias: table.alias, name });
  }
  return addRelation(binder, scope, {
    kind: 'node',
    table,
    delivered: deliverNode(known),
    alias: table.alias,
    name: name ?? { name: known.name, quoted: false },
    node: known.node,
  });
}

function isPathOf(scope: Scope, first: Identifier, dialect: Parameters<typeof normalizeName>[1]): boolean {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    const key = normalizeName(first, dialect);
    if (level.relations.some(relation => relation.nameKey === key)) return true;
  }
  return false;
}

/** The innermost CTE of that name. */
export function findCte(binder: Binder, ctes: CteScope | undefined, name: Identifier): CteState | undefined {
  const key = normalizeName(name, binder.inference.dialect);
  for (let level = ctes; level !== undefined; level = level.parent) {
    const state = level.names.get(key);
    if (state !== undefined) return state;
  }
  return undefined;
}

const nodeColumns = new WeakMap<OutputColumns, Map<string, OutputColumns>>();

/** The columns of a node as a star over it gives them. Made once for each list, however many queries read it. */
export function deliverNode(known: KnownRelation): Delivered {
  const columns = known.columns ?? noColumns;
  let byNode = nodeColumns.get(columns);
  if (byNode === undefined) {
    byNode = new Map();
    nodeColumns.set(columns, byNode);
  }
  let carried = byNode.get(known.node);
  if (carried === undefined) {
    carried = {
      isComplete: columns.isComplete,
      columns: columns.columns.map(column => ({
        ...column,
        type:
          column.type === undefined
            ? undefined
            : { family: column.type.family, because: `upstream ${known.name}.${column.name}` },
        derivation: 'star',
        origins: [{ node: known.node, column: column.name }],
        definedHere: false,
      })),
    };
    byNode.set(known.node, carried);
  }
  return {
    columns: carried,
    open: carried.isComplete
      ? undefined
      : { node: known.node, nodeName: known.name, without: new Set(), nullable: 'unknown' },
    keys: known.keys,
  };
}

function bindSubquery(
  binder: Binder,
  scope: Scope,
  table: Subquery,
  ctes: CteScope | undefined,
  isLateral: boolean,
): ScopeRelation {
  const { dialect } = binder.inference;
  const seesBefore = isLateral || dialect === 'duckdb' || dialect === 'ansi';
  const outer = seesBefore ? lateralPlace(scope) : scope.parentPlace;
  const delivered = binder.query(table.query, ctes, outer);
  const kind = table.query.body.kind === 'values' ? 'values' : 'subquery';
  return addRelation(binder, scope, { kind, table, delivered, alias: table.alias, isLateral });
}

/** Sees the relations that are there so far. */
function lateralPlace(scope: Scope): Place {
  return {
    scope,
    clause: 'lateral',
    low: 0,
    high: scope.relations.length,
    item: 0,
    join: undefined,
    delivered: undefined,
  };
}

function knownColumn(name: string, family: TypeFamily | undefined, because: string): OutputColumn {
  return {
    name,
    quoted: false,
    type: family === undefined ? undefined : { family, because },
    nullable: 'unknown',
    derivation: 'unknown',
    origins: [],
    definedHere: true,
  };
}

const flattenColumns: OutputColumns = {
  isComplete: true,
  columns: [
    knownColumn('SEQ', 'integer', 'flatten()'),
    knownColumn('KEY', 'text', 'flatten()'),
    knownColumn('PATH', 'text', 'flatten()'),
    knownColumn('INDEX', 'integer', 'flatten()'),
    knownColumn('VALUE', 'json', 'flatten()'),
    knownColumn('THIS', 'json', 'flatten()'),
  ],
};

const splitColumns: OutputColumns = {
  isComplete: true,
  columns: [
    knownColumn('SEQ', 'integer', 'split_to_table()'),
    knownColumn('INDEX', 'integer', 'split_to_table()'),
    knownColumn('VALUE', 'text', 'split_to_table()'),
  ],
};

function bindFunction(binder: Binder, scope: Scope, table: TableFunction, ctes: CteScope | undefined): ScopeRelation {
  const { dialect } = binder.inference;
  const place = lateralPlace(scope);
  for (const argument of table.arguments) binder.register(argument, place, ctes);
  const parts = table.name?.parts ?? [];
  const name = parts.length === 1 ? parts[0]?.name.toLowerCase() : undefined;
  let columns = noColumns;
  if (dialect === 'snowflake' && name === 'flatten') columns = flattenColumns;
  if (dialect === 'snowflake' && (name === 'split_to_table' || name === 'strtok_split_to_table'))
    columns = splitColumns;
  // A lateral view must name all its columns.
  const namesAll = /^(?:trino|athena|sparksql|databricks|hive)$/.test(dialect);
  const delivered: Delivered = { columns, open: undefined, keys: [] };
  const relation = addRelation(binder, scope, {
    kind: 'function',
    table,
    delivered,
    alias: table.alias,
    name: table.name === undefined ? undefined : correlationName(table.name.parts),
    isLateral: true,
  });
  return namesAll || columns.isComplete ? relation : incomplete(relation);
}

/** An alias names columns of it, but perhaps not all. */
function incomplete(relation: ScopeRelation): ScopeRelation {
  if (!relation.columns.isComplete) return relation;
  return Object.assign(relation, { columns: { columns: relation.columns.columns, isComplete: false } });
}

function bindUnnest(binder: Binder, scope: Scope, table: UnnestTable, ctes: CteScope | undefined): ScopeRelation {
  const { dialect } = binder.inference;
  const place = lateralPlace(scope);
  for (const argument of table.arguments) binder.register(argument, place, ctes);
  const offset = table.offset;
  const own: OutputColumn[] = [];
  // BigQuery's element stands under the alias itself, or falls apart into its fields: only the offset is certain.
  if (offset?.form === 'offset') own.push(knownColumn(offset.name?.name ?? 'offset', 'integer', 'with offset'));
  const relation = addRelation(binder, scope, {
    kind: 'unnest',
    table,
    delivered: { columns: { columns: own, isComplete: false }, open: undefined, keys: [] },
    alias: table.alias,
    isLateral: true,
  });
  return dialect === 'trino' || dialect === 'athena' ? relation : incomplete(relation);
}

/** PIVOT, MATCH_RECOGNIZE, and parentheses with an alias hide the names inside. */
function bindEnclosed(
  binder: Binder,
  scope: Scope,
  table: TableExpression,
  source: TableExpression,
  alias: TableAlias | undefined,
  ctes: CteScope | undefined,
): ScopeRelation {
  const inside = newScope(undefined, scope.parentPlace);
  inside.tables.push(source);
  inside.trees.push(bindTable(binder, inside, source, ctes));
  if (table.kind === 'pivoted') {
    for (const item of table.items) binder.registerLoosely(item.expression, placeBehind(inside), ctes);
  }
  const isPlain = table.kind === 'parenthesized-table';
  const delivered = isPlain ? binder.star(inside) : nothingKnown;
  const [only] = inside.relations;
  const relation = addRelation(binder, scope, {
    kind: isPlain ? 'subquery' : 'pivot',
    table,
    delivered,
    alias,
    name: only?.name,
  });
  return isPlain ? relation : incomplete(relation);
}
