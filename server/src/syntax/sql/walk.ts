import type { Span } from '../../base/span.ts';
import type { FunctionCall, SqlNode, StarItem } from './tree.ts';

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
  // The level being gone through, and those around it.
  let nodes: readonly SqlNode[] = [root];
  let next = 0;
  const outer: (readonly SqlNode[])[] = [];
  const places: number[] = [];
  for (;;) {
    const node = nodes[next];
    if (node === undefined) {
      const around = outer.pop();
      if (around === undefined) return;
      nodes = around;
      next = places.pop() as number;
      ancestors.pop();
      continue;
    }
    next++;
    if (visit(node, ancestors) === 'skip') continue;
    const children = childrenOf(node);
    if (children.length === 0) continue;
    ancestors.push(node);
    outer.push(nodes);
    places.push(next);
    nodes = children;
    next = 0;
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

const NONE: readonly SqlNode[] = [];

/** The nodes directly below, in the order of the text. */
export function childrenOf(node: SqlNode): readonly SqlNode[] {
  switch (node.kind) {
    case 'identifier':
    case 'literal':
    case 'parameter':
    case 'unknown':
    case 'unknown-item':
    case 'error':
    case 'other-statement':
    case 'merge-delete':
    case 'merge-nothing':
      return NONE;
    case 'file':
      return node.statements;
    case 'name':
      return node.parts;
    case 'column':
      return node.parts;
    case 'insert':
      return present([node.with, node.target, ...(node.columns ?? NONE), node.source]);
    case 'update':
      return present([node.with, node.target, ...node.set, ...node.from, node.where]);
    case 'delete':
      return present([node.with, node.target, ...node.using, node.where]);
    case 'assignment':
      return [node.target, node.value];
    case 'merge':
      return present([node.with, node.target, node.source, node.on, ...node.branches]);
    case 'merge-branch':
      return present([node.condition, node.action]);
    case 'merge-update':
      return node.set;
    case 'merge-insert':
      return present([...(node.columns ?? NONE), ...node.values]);
    case 'create':
      return present([node.name, ...node.columns, node.query]);
    case 'column-definition':
      return present([node.name, node.type]);
    case 'query':
      return sorted([node.with, node.body, node.orderBy, node.limit]);
    case 'parenthesized-query':
      return [node.query];
    case 'table-body':
      return [node.name];
    case 'pivot-statement':
      return [node.source];
    case 'values':
      return node.rows.flat();
    case 'set-operation':
      return [node.left, node.right];
    case 'with':
      return node.ctes;
    case 'cte':
      return sorted([node.name, ...(node.columns ?? NONE), node.query]);
    case 'select':
      return sorted([
        node.distinct,
        ...node.items,
        node.from,
        node.where,
        node.groupBy,
        node.having,
        node.qualify,
        ...node.windows,
        ...node.otherExpressions,
      ]);
    case 'clause':
      return [node.condition];
    case 'distinct':
      return node.on ?? NONE;
    case 'item':
      if (node.aliases !== undefined) return present([node.expression, node.alias, ...node.aliases]);
      if (node.alias === undefined) return [node.expression];
      return node.aliasFirst ? [node.alias, node.expression] : [node.expression, node.alias];
    case 'star':
      return starChildren(node);
    case 'star-expression':
      return [node.item];
    case 'from':
      return node.items;
    case 'group-by':
      return node.items;
    case 'grouping':
      return node.items;
    case 'order-by':
      return node.items;
    case 'order-item':
      return [node.expression];
    case 'limit':
      return sorted([node.limit, node.offset]);
    case 'named-window':
      return [node.name, node.window];
    case 'table-alias':
      return present([node.name, ...(node.columns ?? NONE)]);
    case 'table':
      return present([node.name, node.alias]);
    case 'table-function':
      return sorted([node.name, ...node.arguments, ...present([...node.argumentNames]), node.alias]);
    case 'subquery':
      return present([node.query, node.alias]);
    case 'unnest':
      return sorted([...node.arguments, node.alias, node.offset?.name]);
    case 'parenthesized-table':
      return present([node.table, node.alias]);
    case 'pivoted':
      return present([node.source, ...node.items, node.alias]);
    case 'match-recognize':
      return present([node.source, node.alias]);
    case 'unknown-table':
      return present([node.alias]);
    case 'join':
      return sorted([node.left, node.right, node.matchCondition, node.on, ...(node.using ?? NONE)]);
    case 'unary':
      return [node.operand];
    case 'binary':
      return [node.left, node.right];
    case 'between':
      return [node.operand, node.low, node.high];
    case 'in':
      return present([node.operand, ...(node.list ?? NONE), node.query, node.expression]);
    case 'like':
      return present([node.operand, node.pattern, node.escape]);
    case 'is':
      return [node.operand];
    case 'quantified':
      return present([node.operand, ...(node.list ?? NONE), node.query]);
    case 'case':
      return present([node.operand, ...node.branches, node.else]);
    case 'case-branch':
      return [node.when, node.then];
    case 'cast':
      return node.operand.start <= node.type.start ? [node.operand, node.type] : [node.type, node.operand];
    case 'type':
      return node.elements.flatMap(element => present([element.name, element.type]));
    case 'call':
      if (hasArgumentsAlone(node)) return sorted([node.name, ...node.arguments]);
      return sorted([
        node.name,
        ...node.arguments,
        node.orderBy,
        ...node.otherExpressions,
        node.withinGroup,
        node.filter,
        node.over,
      ]);
    case 'argument':
      if (node.name === undefined && node.alias === undefined) return [node.value];
      return present([node.name, node.value, node.alias]);
    case 'window':
      return sorted([node.base, ...node.partitionBy, node.orderBy, node.frame]);
    case 'frame':
      return node.bounds;
    case 'interval':
      return present([node.value]);
    case 'extract':
      return [node.operand];
    case 'scalar-subquery':
    case 'exists':
      return [node.query];
    case 'array':
      return node.elements;
    case 'struct':
      return node.fields.flatMap(field => sorted([field.name, field.key, field.value]));
    case 'tuple':
      return node.elements;
    case 'parenthesized':
      return [node.expression];
    case 'access':
      return present([node.operand, node.field, ...node.index]);
    case 'lambda':
      return [...node.parameters, node.body];
    case 'at-time-zone':
      return [node.operand, node.zone];
    case 'collate':
      return [node.operand];
    case 'comprehension':
      return present([node.element, ...node.variables, node.source, node.condition]);
  }
}

function starChildren(node: StarItem): readonly SqlNode[] {
  return sorted([
    node.qualifier,
    ...node.exclude,
    ...node.replace,
    ...node.rename.flatMap(rename => [rename.from, rename.to]),
  ]);
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

/** What is there of a list made for this; the list itself is changed. */
function present(nodes: (SqlNode | undefined)[]): SqlNode[] {
  let count = 0;
  for (const node of nodes) if (node !== undefined) nodes[count++] = node;
  nodes.length = count;
  return nodes as SqlNode[];
}

/** For parts that people may write in more than one order. */
function sorted(nodes: (SqlNode | undefined)[]): SqlNode[] {
  const found = present(nodes);
  for (let i = 1; i < found.length; i++) {
    if ((found[i] as SqlNode).start < (found[i - 1] as SqlNode).start) return found.sort((a, b) => a.start - b.start);
  }
  return found;
}
