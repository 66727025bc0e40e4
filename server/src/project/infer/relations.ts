/** Reads FROM: which relations a query has, what each delivers, and which joins may fill it with NULL. */

import type { Dialect } from '../../syntax/sql/dialect.ts';
import { lowerCase, normalizeName } from '../../syntax/sql/names.ts';
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
import type { OutputColumn, OutputColumns, TypeFamily } from '../facts.ts';
import { addRelation, incomplete } from './add-relation.ts';
import type { Binder } from './bind.ts';
import { mergeColumns } from './merged-columns.ts';
import { correlationName, indexOf, shareIndex } from './names.ts';
import { newColumn } from './new-column.ts';
import { noRowFacts } from './row-facts.ts';
import type { Delivered, KnownRelation, ScopeRelation } from './scopes.ts';
import {
  type CteScope,
  type CteState,
  type FromTree,
  newScope,
  noColumns,
  nothingKnown,
  type Place,
  placeBehind,
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
      return one(
        addRelation(binder.inference, scope, { kind: 'unknown', table, delivered: nothingKnown, alias: table.alias }),
      );
  }
}

function one(relation: ScopeRelation): FromTree {
  return { kind: 'relation', relation };
}

/* ------------------------------------------------------------------ joins */

const outerSides: { readonly [type in JoinType]?: 'left' | 'right' | 'both' } = {
  left: 'right',
  right: 'left',
  full: 'both',
  'outer-apply': 'right',
};

/** `from a, b join c on …` is `(a, b) join c` there, so that ON sees `a`; elsewhere a comma binds last. Unknown: it may. */
const commasJoinFirst: ReadonlySet<Dialect> = new Set(['bigquery', 'clickhouse', 'sqlite', 'duckdb', 'ansi']);

function bindJoins(binder: Binder, scope: Scope, join: Join, ctes: CteScope | undefined): FromTree {
  const spine: Join[] = [];
  let leftmost: TableExpression = join;
  for (; leftmost.kind === 'join'; leftmost = leftmost.left) spine.push(leftmost);
  const low = scope.relations.length;
  const first = commasJoinFirst.has(binder.inference.dialect) ? 0 : low;
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
      low: first,
      high,
      item: 0,
      join: node,
      delivered: undefined,
    };
    const merged = mergeColumns(binder.inference, scope, node, low, middle, high);
    const side = node.modifier === 'positional' ? 'both' : outerSides[node.type];
    if (side === 'right' || side === 'both') markNullable(scope, middle, high, node);
    if (side === 'left' || side === 'both') markNullable(scope, first, middle, node);
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

/* ------------------------------------------------------------- relations */

function bindReference(binder: Binder, scope: Scope, table: TableReference, ctes: CteScope | undefined): ScopeRelation {
  const { inference } = binder;
  const { parts } = table.name;
  const [first] = parts;
  const name = correlationName(parts);
  if (first === undefined || parts.some(part => part.hasUnknown)) {
    return addRelation(binder.inference, scope, {
      kind: 'unknown',
      table,
      delivered: nothingKnown,
      alias: table.alias,
      name,
    });
  }
  const isRendered = inference.input.isRendered?.(table) ?? false;
  const cte = parts.length === 1 && !isRendered ? findCte(binder, ctes, first) : undefined;
  if (cte !== undefined) {
    cte.references.push(table);
    return addRelation(binder.inference, scope, {
      kind: 'cte',
      table,
      delivered: cte.delivered,
      alias: table.alias,
      name,
      cte,
    });
  }
  // `from t, t.items`: a collection inside a row of an earlier relation.
  if (parts.length > 1 && !isRendered && isPathOf(scope, first, inference.dialect)) {
    return addRelation(binder.inference, scope, {
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
    return addRelation(binder.inference, scope, {
      kind: 'unknown',
      table,
      delivered: nothingKnown,
      alias: table.alias,
      name,
    });
  }
  return addRelation(binder.inference, scope, {
    kind: 'node',
    table,
    delivered: deliverNode(known, inference.dialect),
    alias: table.alias,
    name: name ?? { name: known.name, quoted: false },
    node: known.node,
  });
}

function isPathOf(scope: Scope, first: Identifier, dialect: Dialect): boolean {
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

const noNames: ReadonlySet<string> = new Set();

const nodeColumns = new WeakMap<OutputColumns, Map<string, OutputColumns>>();

/** The columns of a node as a star over it gives them. Made once for each list, however many queries read it. */
export function deliverNode(known: KnownRelation, dialect: Dialect): Delivered {
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
      columns: columns.columns.map(({ name, quoted, type, nullable, nullableBecause }) => {
        const upstream = type && { family: type.family, because: `upstream ${known.name}.${name}` };
        const origins = [{ node: known.node, column: name }];
        return newColumn(name, quoted, upstream, nullable, nullableBecause, 'star', origins, false);
      }),
    };
    // Readers ask for columns of the one as its own query does for those of the other.
    indexOf(columns, dialect);
    shareIndex(columns.columns, carried.columns);
    byNode.set(known.node, carried);
  }
  return {
    columns: carried,
    open: carried.isComplete
      ? undefined
      : { node: known.node, nodeName: known.name, without: noNames, nullable: 'unknown' },
    rows: { keys: known.keys, dependencies: known.dependencies },
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
  return addRelation(binder.inference, scope, { kind, table, delivered, alias: table.alias, isLateral });
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
  const name = parts.length === 1 ? lowerCase(parts[0]?.name ?? '') : undefined;
  let columns = noColumns;
  if (dialect === 'snowflake' && name === 'flatten') columns = flattenColumns;
  if (dialect === 'snowflake' && (name === 'split_to_table' || name === 'strtok_split_to_table'))
    columns = splitColumns;
  // A lateral view must name all its columns.
  const namesAll = /^(?:trino|athena|sparksql|databricks|hive)$/.test(dialect);
  const delivered: Delivered = { columns, open: undefined, rows: noRowFacts };
  const relation = addRelation(binder.inference, scope, {
    kind: 'function',
    table,
    delivered,
    alias: table.alias,
    name: table.name === undefined ? undefined : correlationName(table.name.parts),
    isLateral: true,
  });
  return namesAll || columns.isComplete ? relation : incomplete(relation);
}

function bindUnnest(binder: Binder, scope: Scope, table: UnnestTable, ctes: CteScope | undefined): ScopeRelation {
  const { dialect } = binder.inference;
  const place = lateralPlace(scope);
  for (const argument of table.arguments) binder.register(argument, place, ctes);
  const offset = table.offset;
  const own: OutputColumn[] = [];
  // BigQuery's element stands under the alias itself, or falls apart into its fields: only the offset is certain.
  if (offset?.form === 'offset') own.push(knownColumn(offset.name?.name ?? 'offset', 'integer', 'with offset'));
  const relation = addRelation(binder.inference, scope, {
    kind: 'unnest',
    table,
    delivered: { columns: { columns: own, isComplete: false }, open: undefined, rows: noRowFacts },
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
  const relation = addRelation(binder.inference, scope, {
    kind: isPlain ? 'subquery' : 'pivot',
    table,
    delivered,
    alias,
    name: only?.name,
  });
  return isPlain ? relation : incomplete(relation);
}
