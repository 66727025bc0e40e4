/** Walks the queries of a text from the outside in: scopes, CTEs, and where each name stands. */

import type { Dialect } from '../../syntax/sql/dialect.ts';
import { normalizeName } from '../../syntax/sql/names.ts';
import type {
  CommonTableExpression,
  Expression,
  Identifier,
  Query,
  QueryBody,
  Select,
  SelectItem,
  SetOperation,
  SqlNode,
  Statement,
  TableBody,
  ValuesBody,
  WithClause,
} from '../../syntax/sql/tree.ts';
import { addChildren, walk } from '../../syntax/sql/walk.ts';
import { renameColumns } from './add-relation.ts';
import { isAggregateName, isRowMaker } from './functions.ts';
import { isFirstRowOnly, isTopOne, makesOneRow, rowsOfSelect } from './keys/of-select.ts';
import { deliverSelect, deliverStar } from './output.ts';
import { bindTable, deliverNode, findCte } from './relations.ts';
import { noRowFacts, oneRow, withKeys } from './row-facts.ts';
import type { Delivered } from './scopes.ts';
import {
  addReference,
  type CteScope,
  type CteState,
  type Inference,
  newScope,
  noColumns,
  nothingKnown,
  type Place,
  placeBehind,
  type Scope,
} from './state.ts';
import { deliverValues, type Step, uniteAll, weaken } from './unite.ts';

/** What the readers of FROM need of the reader of queries. */
export interface Binder {
  readonly inference: Inference;
  query(query: Query, ctes: CteScope | undefined, outer: Place | undefined): Delivered;
  /** Notes where each name in an expression stands, and reads the queries in it. */
  register(node: SqlNode, place: Place, ctes: CteScope | undefined): void;
  /** The same for what may hold other names than those of columns: `for month in (jan, feb)`. */
  registerLoosely(node: SqlNode, place: Place, ctes: CteScope | undefined): void;
  /** All columns of a scope, as `*` gives them. */
  star(scope: Scope): Delivered;
}

export function makeBinder(inference: Inference): Binder {
  const binder: Binder = {
    inference,
    query: (query, ctes, outer) => bindQuery(binder, query, ctes, outer),
    register: (node, place, ctes) => register(binder, node, place, ctes),
    star: scope => deliverStar(inference, scope),
    registerLoosely: (node, place, ctes) => {
      register(binder, node, place, ctes);
      walk(node, inner => {
        if (inner.kind === 'column') inference.perhapsNoColumn.add(inner);
      });
    },
  };
  return binder;
}

/** Told of the first branch of a chain of set operations before the others are read: what a recursive CTE starts from. */
type OnAnchor = (anchor: Delivered) => void;

export function bindQuery(
  binder: Binder,
  query: Query,
  ctes: CteScope | undefined,
  outer: Place | undefined,
  onAnchor?: OnAnchor,
): Delivered {
  const { inference } = binder;
  const inner = query.with === undefined ? ctes : bindWith(binder, query.with, ctes, outer);
  let delivered = bindBody(binder, query.body, inner, outer, onAnchor);
  if (query.orderBy !== undefined || query.limit !== undefined) bindOrder(binder, query, delivered, inner, outer);
  if (isFirstRowOnly(inference, query)) delivered = { ...delivered, rows: withKeys(delivered.rows, oneRow('limit 1')) };
  if (query.pipes.length > 0) delivered = nothingKnown;
  if (query.isOpaque) {
    delivered = {
      columns: { columns: delivered.columns.columns, isComplete: false },
      open: undefined,
      rows: noRowFacts,
    };
  }
  inference.delivered.set(query, delivered);
  return delivered;
}

function bindOrder(
  binder: Binder,
  { body, orderBy, limit }: Query,
  delivered: Delivered,
  ctes: CteScope | undefined,
  outer: Place | undefined,
): void {
  const place = placeOfOrder(binder.inference, body, delivered, outer);
  for (const item of orderBy?.items ?? []) {
    const clause = item.expression.kind === 'column' || place.clause === 'output' ? place.clause : 'having';
    register(binder, item.expression, { ...place, clause }, ctes);
  }
  for (const part of [limit?.limit, limit?.offset]) if (part !== undefined) register(binder, part, place, ctes);
}

function placeOfOrder(inference: Inference, body: QueryBody, delivered: Delivered, outer: Place | undefined): Place {
  const scope = body.kind === 'select' ? inference.scopes.get(body) : undefined;
  if (scope !== undefined) return { ...placeBehind(scope), clause: 'order' };
  return { ...placeBehind(newScope(undefined, outer)), clause: 'output', delivered };
}

/* --------------------------------------------------------------------- WITH */

/** Dialects in which a CTE reads itself without the word RECURSIVE. */
const recursiveByItself: ReadonlySet<Dialect> = new Set(['snowflake', 'tsql', 'ansi']);

export function bindWith(
  binder: Binder,
  clause: WithClause,
  outerCtes: CteScope | undefined,
  outer: Place | undefined,
): CteScope {
  const ctes: CteScope = { names: new Map(), parent: outerCtes };
  for (const cte of clause.ctes) bindCte(binder, cte, clause.recursive, ctes, outer);
  return ctes;
}

function bindCte(
  binder: Binder,
  cte: CommonTableExpression,
  isRecursiveWith: boolean,
  ctes: CteScope,
  outer: Place | undefined,
): void {
  const { inference } = binder;
  const key = normalizeName(cte.name, inference.dialect);
  const state: CteState = {
    node: cte,
    output: noColumns,
    references: [],
    isRecursive: false,
    delivered: nothingKnown,
  };
  inference.ctes.set(cte, state);
  const isNamed = !cte.name.hasUnknown;
  if (isRecursiveWith && isNamed) ctes.names.set(key, state);
  const onAnchor = (anchor: Delivered) => {
    state.delivered = weaken(renameColumns(inference, anchor, cte.columns));
    if (isNamed && recursiveByItself.has(inference.dialect)) ctes.names.set(key, state);
  };
  let delivered = nothingKnown;
  if (cte.query.kind === 'query') delivered = bindQuery(binder, cte.query, ctes, outer, onAnchor);
  else if (cte.query.kind !== 'error') bindStatement(binder, cte.query, ctes);
  if (!cte.isClosed)
    delivered = { ...delivered, columns: { ...delivered.columns, isComplete: false }, open: undefined };
  state.isRecursive = state.references.length > 0;
  delivered = renameColumns(inference, delivered, cte.columns);
  state.delivered = state.isRecursive ? { ...delivered, rows: withKeys(delivered.rows, []) } : delivered;
  state.output = state.delivered.columns;
  if (isNamed) ctes.names.set(key, state);
}

/* --------------------------------------------------------------------- body */

function bindBody(
  binder: Binder,
  body: QueryBody,
  ctes: CteScope | undefined,
  outer: Place | undefined,
  onAnchor?: OnAnchor,
): Delivered {
  const delivered = readBody(binder, body, ctes, outer, onAnchor);
  binder.inference.delivered.set(body, delivered);
  return delivered;
}

function readBody(
  binder: Binder,
  body: QueryBody,
  ctes: CteScope | undefined,
  outer: Place | undefined,
  onAnchor: OnAnchor | undefined,
): Delivered {
  switch (body.kind) {
    case 'select':
      return bindSelect(binder, body, ctes, outer);
    case 'set-operation':
      return bindSetOperations(binder, body, ctes, outer, onAnchor);
    case 'values':
      return bindValues(binder, body, ctes, outer);
    case 'parenthesized-query':
      return bindQuery(binder, body.query, ctes, outer, onAnchor);
    case 'table-body':
      return bindTableBody(binder, body, ctes);
    case 'pivot-statement': {
      const scope = newScope(undefined, outer);
      scope.tables.push(body.source);
      scope.trees.push(bindTable(binder, scope, body.source, ctes));
      return nothingKnown;
    }
    case 'error':
      return nothingKnown;
  }
}

/** Chains lean left and may be thousands long. */
function bindSetOperations(
  binder: Binder,
  body: SetOperation,
  ctes: CteScope | undefined,
  outer: Place | undefined,
  onAnchor: OnAnchor | undefined,
): Delivered {
  const spine: SetOperation[] = [];
  let leftmost: QueryBody = body;
  for (; leftmost.kind === 'set-operation'; leftmost = leftmost.left) spine.push(leftmost);
  const first = bindBody(binder, leftmost, ctes, outer, onAnchor);
  onAnchor?.(first);
  const steps: Step[] = [];
  for (let i = spine.length - 1; i >= 0; i--) {
    const node = spine[i] as SetOperation;
    steps.push({ node, right: bindBody(binder, node.right, ctes, outer) });
  }
  return uniteAll(binder.inference, first, steps);
}

function bindValues(binder: Binder, body: ValuesBody, ctes: CteScope | undefined, outer: Place | undefined): Delivered {
  const place = placeBehind(newScope(undefined, outer));
  for (const row of body.rows) for (const value of row) register(binder, value, place, ctes);
  return deliverValues(binder.inference, body);
}

function bindTableBody(binder: Binder, body: TableBody, ctes: CteScope | undefined): Delivered {
  const [first] = body.name.parts;
  if (first === undefined || body.name.parts.some(part => part.hasUnknown)) return nothingKnown;
  // `describe t` delivers what is said about the table.
  if (!/^table\b/i.test(binder.inference.input.text.slice(body.start, body.start + 6))) return nothingKnown;
  const cte = body.name.parts.length === 1 ? findCte(binder, ctes, first) : undefined;
  if (cte !== undefined) {
    cte.references.push(body);
    return cte.delivered;
  }
  const known = binder.inference.input.relation({ ...body, kind: 'table', modifiers: [] });
  return known === undefined ? nothingKnown : deliverNode(known, binder.inference.dialect);
}

function bindSelect(binder: Binder, select: Select, ctes: CteScope | undefined, outer: Place | undefined): Delivered {
  const { inference } = binder;
  const scope = newScope(select, outer);
  inference.scopes.set(select, scope);
  if (select.isOpaque) scope.isOpen = true;
  for (const table of select.from?.items ?? []) {
    scope.tables.push(table);
    scope.trees.push(bindTable(binder, scope, table, ctes));
  }
  const late = placeBehind(scope, 'having', select.items.length);
  if (select.where !== undefined) register(binder, select.where.condition, placeBehind(scope, 'where'), ctes);
  for (const item of select.groupBy?.items ?? []) {
    register(binder, item, { ...late, clause: item.kind === 'column' ? 'group' : 'having' }, ctes);
  }
  if (select.having !== undefined) register(binder, select.having.condition, late, ctes);
  if (select.qualify !== undefined) register(binder, select.qualify.condition, late, ctes);
  for (const window of select.windows) register(binder, window.window, late, ctes);
  for (const other of select.otherExpressions) register(binder, other, late, ctes);
  for (const on of select.distinct?.on ?? []) register(binder, on, { ...late, clause: 'order' }, ctes);
  for (let i = 0; i < select.items.length; i++) {
    const item = select.items[i] as SelectItem;
    if (item.kind === 'item') {
      register(binder, item.expression, placeBehind(scope, 'items', i), ctes);
    } else if (item.kind === 'star') {
      const place = placeBehind(scope, 'items', i);
      for (const replacement of item.replace) register(binder, replacement.expression, place, ctes);
    }
  }
  const delivered = deliverSelect(inference, scope);
  scope.output = delivered.columns;
  const rows = rowsOfSelect(inference, scope);
  scope.rows = select.top !== undefined && isTopOne(inference, select.top) ? withKeys(rows, oneRow('top 1')) : rows;
  return { ...delivered, rows: scope.rows };
}

/* -------------------------------------------------------------- expressions */

function register(
  binder: Binder,
  root: SqlNode,
  place: Place,
  ctes: CteScope | undefined,
  /** Names that lambdas around the node bind. */
  locals?: ReadonlySet<string>,
): void {
  const { inference } = binder;
  if (root.kind === 'column' && locals === undefined) {
    addReference(inference, root, place);
    return;
  }
  const { dialect } = inference;
  const stack: SqlNode[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    switch (node.kind) {
      case 'column':
        if (locals === undefined || !locals.has(normalizeName(node.parts[0] as Identifier, dialect))) {
          addReference(inference, node, place);
        }
        continue;
      case 'query':
        bindQuery(binder, node, ctes, place);
        continue;
      case 'lambda':
        register(binder, node.body, place, ctes, withNames(locals, node.parameters, dialect));
        continue;
      case 'comprehension': {
        const inside = withNames(locals, node.variables, dialect);
        register(binder, node.element, place, ctes, inside);
        if (node.condition !== undefined) register(binder, node.condition, place, ctes, inside);
        stack.push(node.source);
        continue;
      }
      case 'call': {
        const name = node.name.parts[node.name.parts.length - 1]?.folded ?? '';
        if (node.over === undefined && isAggregateName(name)) {
          inference.aggregateScopes.set(node, place.scope);
          if (place.clause === 'items' || place.clause === 'having')
            place.scope.aggregates ||= makesOneRow(node, name, dialect);
        }
        if (place.clause === 'items' && isRowMaker(name)) place.scope.makesRows = true;
        if (name === 'week') for (const { value } of node.arguments) noteWeekday(inference, value);
        break;
      }
      case 'identifier':
      case 'name':
      case 'type':
      case 'literal':
        continue;
      default:
        break;
    }
    addChildren(node, stack);
  }
}

/** `week(monday)` is a date part of BigQuery. */
function noteWeekday(inference: Inference, value: Expression): void {
  if (value.kind !== 'column' || value.parts.length !== 1) return;
  if (/day$/i.test(value.parts[0]?.name ?? '')) inference.perhapsNoColumn.add(value);
}

function withNames(
  locals: ReadonlySet<string> | undefined,
  names: readonly Identifier[],
  dialect: Dialect,
): ReadonlySet<string> {
  return new Set([...(locals ?? []), ...names.map(name => normalizeName(name, dialect))]);
}

/* --------------------------------------------------------------- statements */

export function bindStatement(binder: Binder, statement: Statement, ctes: CteScope | undefined): Delivered {
  switch (statement.kind) {
    case 'query':
      return bindQuery(binder, statement, ctes, undefined);
    case 'create':
      if (statement.query?.kind === 'query') return bindQuery(binder, statement.query, ctes, undefined);
      return nothingKnown;
    case 'insert': {
      const inner = statement.with === undefined ? ctes : bindWith(binder, statement.with, ctes, undefined);
      if (statement.source?.kind === 'query') bindQuery(binder, statement.source, inner, undefined);
      return nothingKnown;
    }
    case 'update':
    case 'delete':
    case 'merge': {
      const inner = statement.with === undefined ? ctes : bindWith(binder, statement.with, ctes, undefined);
      bindChange(binder, statement, inner);
      return nothingKnown;
    }
    case 'other-statement':
      return nothingKnown;
  }
}

function bindChange(
  binder: Binder,
  statement: Extract<Statement, { kind: 'update' | 'delete' | 'merge' }>,
  ctes: CteScope | undefined,
): void {
  const scope = newScope(undefined, undefined);
  binder.inference.statementScopes.set(statement, scope);
  const tables =
    statement.kind === 'merge'
      ? [statement.target, statement.source]
      : [statement.target, ...(statement.kind === 'update' ? statement.from : statement.using)];
  for (const table of tables) {
    scope.tables.push(table);
    scope.trees.push(bindTable(binder, scope, table, ctes));
  }
  const place: Place = { ...placeBehind(scope), clause: 'where' };
  if (statement.kind === 'update') for (const { value } of statement.set) register(binder, value, place, ctes);
  if (statement.kind === 'merge') {
    register(binder, statement.on, place, ctes);
    for (const branch of statement.branches) {
      if (branch.condition !== undefined) register(binder, branch.condition, place, ctes);
      const { action } = branch;
      if (action.kind === 'merge-update') for (const { value } of action.set) register(binder, value, place, ctes);
      if (action.kind === 'merge-insert') for (const value of action.values) register(binder, value, place, ctes);
    }
  } else if (statement.where !== undefined) register(binder, statement.where, place, ctes);
}
