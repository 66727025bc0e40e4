import type { Span } from '../../base/span.ts';
import type { FunctionCall, SqlNode } from './tree.ts';

/**
 * Visits the node and all below it, parents first and in the order of the text. `ancestors` holds the nodes around it,
 * outermost first; it is only valid during the call. `skip` leaves out what is below. Takes no stack, however deep the tree.
 */
export function walk(
  root: SqlNode,
  // biome-ignore lint/suspicious/noConfusingVoidType: most visitors return nothing
  visit: (node: SqlNode, ancestors: readonly SqlNode[]) => 'skip' | void,
): void {
  const ancestors: SqlNode[] = [];
  // What is still to be visited, the next one last; `undefined` stands behind the last child of an ancestor.
  const open: (SqlNode | undefined)[] = [root];
  while (open.length > 0) {
    const node = open.pop();
    if (node === undefined) {
      ancestors.pop();
      continue;
    }
    if (visit(node, ancestors) === 'skip') continue;
    const end = open.length;
    open.push(undefined);
    stackChildren(node, open as SqlNode[]);
    if (open.length > end + 1) ancestors.push(node);
    else open.pop();
  }
}

/** Puts the nodes directly below on the stack, the first one on top. */
export function stackChildren(node: SqlNode, stack: SqlNode[]): void {
  let low = stack.length;
  addChildren(node, stack);
  for (let high = stack.length - 1; low < high; low++, high--) {
    const below = stack[low];
    stack[low] = stack[high] as SqlNode;
    stack[high] = below as SqlNode;
  }
}

/** The nodes that hold the offset (also right behind their last character), from the file down to the innermost. */
export function pathAt(root: SqlNode, offset: number): SqlNode[] {
  const path: SqlNode[] = [];
  let node: SqlNode | undefined = root;
  while (node !== undefined) {
    path.push(node);
    let inner: SqlNode | undefined;
    for (const child of childrenOf(node)) {
      // Of two that touch at the offset, the one that starts there wins, unless it is empty.
      if (child.start <= offset && offset <= child.end && (inner === undefined || child.end > child.start))
        inner = child;
      if (child.start > offset) break;
    }
    node = inner;
  }
  return path;
}

export function textOf(text: string, span: Span): string {
  return text.slice(span.start, span.end);
}

/** The nodes directly below, in the order of the text. */
export function childrenOf(node: SqlNode): readonly SqlNode[] {
  const found: SqlNode[] = [];
  addChildren(node, found);
  return found;
}

/** Puts them at the end of a list: trees are walked often, so none is made for each node. What there is most of comes first. */
export function addChildren(node: SqlNode, to: SqlNode[]): void {
  const start = to.length;
  switch (node.kind) {
    case 'identifier':
    case 'literal':
      return;
    case 'column':
    case 'name':
      addAll(to, node.parts);
      return;
    case 'item':
      if (node.aliasFirst) add(to, node.alias);
      to.push(node.expression);
      if (!node.aliasFirst) add(to, node.alias);
      addAll(to, node.aliases);
      return;
    case 'argument':
      add(to, node.name);
      to.push(node.value);
      add(to, node.alias);
      return;
    case 'call':
      to.push(node.name);
      addAll(to, node.arguments);
      if (!hasArgumentsAlone(node)) {
        add(to, node.orderBy);
        addAll(to, node.otherExpressions);
        add(to, node.withinGroup);
        add(to, node.filter);
        add(to, node.over);
      }
      sortByPlace(to, start);
      return;
    case 'binary':
      to.push(node.left, node.right);
      return;
    case 'table':
      to.push(node.name);
      add(to, node.alias);
      return;
    case 'table-alias':
      to.push(node.name);
      addAll(to, node.columns);
      return;
    case 'case':
      add(to, node.operand);
      addAll(to, node.branches);
      add(to, node.else);
      return;
    case 'case-branch':
      to.push(node.when, node.then);
      return;
    case 'cast':
      if (node.operand.start <= node.type.start) to.push(node.operand, node.type);
      else to.push(node.type, node.operand);
      return;
    case 'type':
      for (const element of node.elements) {
        add(to, element.name);
        add(to, element.type);
      }
      return;
    case 'select':
      add(to, node.distinct);
      addAll(to, node.items);
      add(to, node.from);
      add(to, node.where);
      add(to, node.groupBy);
      add(to, node.having);
      add(to, node.qualify);
      addAll(to, node.windows);
      addAll(to, node.otherExpressions);
      sortByPlace(to, start);
      return;
    case 'from':
    case 'group-by':
    case 'grouping':
    case 'order-by':
      addAll(to, node.items);
      return;
    case 'clause':
      to.push(node.condition);
      return;
    case 'join':
      to.push(node.left, node.right);
      add(to, node.matchCondition);
      add(to, node.on);
      addAll(to, node.using);
      sortByPlace(to, start);
      return;
    case 'query':
      add(to, node.with);
      to.push(node.body);
      add(to, node.orderBy);
      add(to, node.limit);
      sortByPlace(to, start);
      return;
    case 'cte':
      to.push(node.name);
      addAll(to, node.columns);
      to.push(node.query);
      sortByPlace(to, start);
      return;
    case 'parameter':
    case 'unknown':
    case 'unknown-item':
    case 'error':
    case 'other-statement':
    case 'merge-delete':
    case 'merge-nothing':
      return;
    case 'file':
      addAll(to, node.statements);
      return;
    case 'insert':
      add(to, node.with);
      to.push(node.target);
      addAll(to, node.columns);
      add(to, node.source);
      return;
    case 'update':
      add(to, node.with);
      to.push(node.target);
      addAll(to, node.set);
      addAll(to, node.from);
      add(to, node.where);
      return;
    case 'delete':
      add(to, node.with);
      to.push(node.target);
      addAll(to, node.using);
      add(to, node.where);
      return;
    case 'assignment':
      to.push(node.target, node.value);
      return;
    case 'merge':
      add(to, node.with);
      to.push(node.target, node.source);
      add(to, node.on);
      addAll(to, node.branches);
      return;
    case 'merge-branch':
      add(to, node.condition);
      add(to, node.action);
      return;
    case 'merge-update':
      addAll(to, node.set);
      return;
    case 'merge-insert':
      addAll(to, node.columns);
      addAll(to, node.values);
      return;
    case 'create':
      to.push(node.name);
      addAll(to, node.columns);
      add(to, node.query);
      return;
    case 'column-definition':
      to.push(node.name);
      add(to, node.type);
      return;
    case 'parenthesized-query':
    case 'scalar-subquery':
    case 'exists':
      to.push(node.query);
      return;
    case 'table-body':
      to.push(node.name);
      return;
    case 'pivot-statement':
      to.push(node.source);
      return;
    case 'values':
      for (const row of node.rows) addAll(to, row);
      return;
    case 'set-operation':
      to.push(node.left, node.right);
      return;
    case 'with':
      addAll(to, node.ctes);
      return;
    case 'distinct':
      addAll(to, node.on);
      return;
    case 'star':
      add(to, node.qualifier);
      addAll(to, node.exclude);
      addAll(to, node.replace);
      for (const { from, to: newName } of node.rename) to.push(from, newName);
      sortByPlace(to, start);
      return;
    case 'star-expression':
      to.push(node.item);
      return;
    case 'limit':
      add(to, node.limit);
      add(to, node.offset);
      sortByPlace(to, start);
      return;
    case 'named-window':
      to.push(node.name, node.window);
      return;
    case 'table-function':
      add(to, node.name);
      addAll(to, node.arguments);
      addAll(to, node.argumentNames);
      add(to, node.alias);
      sortByPlace(to, start);
      return;
    case 'subquery':
      to.push(node.query);
      add(to, node.alias);
      return;
    case 'unnest':
      addAll(to, node.arguments);
      add(to, node.alias);
      add(to, node.offset?.name);
      sortByPlace(to, start);
      return;
    case 'parenthesized-table':
      to.push(node.table);
      add(to, node.alias);
      return;
    case 'pivoted':
      to.push(node.source);
      addAll(to, node.items);
      add(to, node.alias);
      return;
    case 'match-recognize':
      to.push(node.source);
      add(to, node.alias);
      return;
    case 'unknown-table':
      add(to, node.alias);
      return;
    case 'between':
      to.push(node.operand, node.low, node.high);
      return;
    case 'in':
      to.push(node.operand);
      addAll(to, node.list);
      add(to, node.query);
      add(to, node.expression);
      return;
    case 'like':
      to.push(node.operand, node.pattern);
      add(to, node.escape);
      return;
    case 'quantified':
      to.push(node.operand);
      addAll(to, node.list);
      add(to, node.query);
      return;
    case 'window':
      add(to, node.base);
      addAll(to, node.partitionBy);
      add(to, node.orderBy);
      add(to, node.frame);
      sortByPlace(to, start);
      return;
    case 'frame':
      addAll(to, node.bounds);
      return;
    case 'interval':
      add(to, node.value);
      return;
    case 'unary':
    case 'is':
    case 'extract':
    case 'collate':
      to.push(node.operand);
      return;
    case 'array':
    case 'tuple':
      addAll(to, node.elements);
      return;
    case 'struct':
      for (const field of node.fields) {
        const fieldStart = to.length;
        add(to, field.name);
        add(to, field.key);
        add(to, field.value);
        sortByPlace(to, fieldStart);
      }
      return;
    case 'parenthesized':
    case 'order-item':
      to.push(node.expression);
      return;
    case 'access':
      to.push(node.operand);
      add(to, node.field);
      addAll(to, node.index);
      return;
    case 'lambda':
      addAll(to, node.parameters);
      to.push(node.body);
      return;
    case 'at-time-zone':
      to.push(node.operand, node.zone);
      return;
    case 'comprehension':
      to.push(node.element);
      addAll(to, node.variables);
      to.push(node.source);
      add(to, node.condition);
      return;
  }
}

/** Most calls are like that. */
function hasArgumentsAlone(node: FunctionCall): boolean {
  return (
    node.over === undefined &&
    node.orderBy === undefined &&
    node.filter === undefined &&
    node.withinGroup === undefined &&
    node.otherExpressions.length === 0
  );
}

function add(to: SqlNode[], node: SqlNode | undefined): void {
  if (node !== undefined) to.push(node);
}

function addAll(to: SqlNode[], nodes: readonly (SqlNode | undefined)[] | undefined): void {
  if (nodes === undefined) return;
  for (let i = 0; i < nodes.length; i++) add(to, nodes[i]);
}

/** For parts that people may write in more than one order: those from the index on. */
function sortByPlace(nodes: SqlNode[], start: number): void {
  for (let i = start + 1; i < nodes.length; i++) {
    if ((nodes[i] as SqlNode).start >= (nodes[i - 1] as SqlNode).start) continue;
    for (const node of nodes.splice(start).sort((a, b) => a.start - b.start)) nodes.push(node);
    return;
  }
}
