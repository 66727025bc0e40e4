/** What rules about SQL ask of expressions, relations and joins. */

import type { ResolvedColumn, ScopeRelation, SelectScope } from '../project/infer/scopes.ts';
import type {
  ColumnReference,
  Expression,
  FunctionCall,
  Join,
  Query,
  QueryBody,
  Select,
  SqlNode,
  TableExpression,
} from '../syntax/sql/tree.ts';
import { walk } from '../syntax/sql/walk.ts';
import type { SqlUnit } from './rule.ts';

/** Without the parentheses around it. */
export function bare(expression: Expression): Expression {
  let current = expression;
  while (current.kind === 'parenthesized') current = current.expression;
  return current;
}

/** Operands of a chain of `and` or `or` in the order of the text, without recursion: chains lean left and can be long. */
export function operandsOf(expression: Expression, operator: 'and' | 'or' | '||'): readonly Expression[] {
  const found: Expression[] = [];
  const open = [expression];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const inner = bare(next);
    if (inner.kind === 'binary' && inner.operator === operator) open.push(inner.right, inner.left);
    else found.push(inner);
  }
  return found;
}

/** The function's name in lower case; '' for what is no call of a plain name. */
export function functionName(expression: SqlNode): string {
  if (expression.kind !== 'call' || expression.name.parts.length !== 1) return '';
  return expression.name.parts[0]?.name.toLowerCase() ?? '';
}

export function argumentsOf(call: FunctionCall): readonly Expression[] {
  return call.arguments.map(argument => argument.value);
}

/** Text for messages: in one line, not long, in quotes. */
export function quoted(unit: SqlUnit, at: { readonly start: number; readonly end: number }): string {
  const text = unit.text
    .slice(at.start, Math.min(at.end, at.start + 400))
    .replace(/\s+/g, ' ')
    .trim();
  return `'${text.length > 60 ? `${text.slice(0, 57).trimEnd()}…` : text}'`;
}

/** The text as it is compared: case and white space aside. */
export function plainText(unit: SqlUnit, at: { readonly start: number; readonly end: number }): string {
  return unit.text.slice(at.start, at.end).replace(/\s+/g, ' ').toLowerCase();
}

/** Names in the expression, those in subqueries too. */
export function columnsIn(node: SqlNode): readonly ColumnReference[] {
  if (node.kind === 'column') return [node];
  const found: ColumnReference[] = [];
  walk(node, inner => {
    if (inner.kind === 'column') found.push(inner);
  });
  return found;
}

/** A placeholder or something unread stands in it. */
export function holdsUnknown(node: SqlNode): boolean {
  if (node.kind === 'column') return node.parts.some(part => part.hasUnknown);
  let found = false;
  walk(node, inner => {
    if (inner.kind === 'unknown' || inner.kind === 'error' || inner.kind === 'unknown-item') found = true;
    if (inner.kind === 'identifier' && inner.hasUnknown) found = true;
    if (inner.kind === 'literal' && inner.hasUnknown) found = true;
    return found ? 'skip' : undefined;
  });
  return found;
}

/** The column of a relation that the name means, certainly. */
export function columnOf(
  unit: SqlUnit,
  reference: Expression,
): Extract<ResolvedColumn, { readonly kind: 'column' | 'assumed' }> | undefined {
  if (reference.kind !== 'column') return undefined;
  const resolved = unit.facts.resolve(reference);
  return (resolved?.kind === 'column' || resolved?.kind === 'assumed') && resolved.path.length === 0
    ? resolved
    : undefined;
}

/** The expression behind a name: an item of the same list, or of the CTE or subquery it is read from. */
export function definitionOf(
  unit: SqlUnit,
  reference: ColumnReference,
): { readonly expression: Expression; readonly select: Select } | undefined {
  const resolved = unit.facts.resolve(reference);
  if (resolved?.kind === 'alias') {
    return resolved.scope.select && { expression: resolved.item.expression, select: resolved.scope.select };
  }
  if (resolved?.kind !== 'column' || resolved.path.length > 0 || resolved.merged) return undefined;
  const { relation, column } = resolved;
  const select = selectOf(relation);
  const scope = select && unit.facts.scopes.get(select);
  if (!select || !scope?.output.isComplete) return undefined;
  const index = relation.columns.columns.indexOf(column);
  if (index < 0 || relation.columns.columns.length !== scope.output.columns.length) return undefined;
  const item = select.items[scope.itemStarts.findLastIndex(start => start <= index)];
  return item?.kind === 'item' ? { expression: item.expression, select } : undefined;
}

/** The one SELECT that a CTE or subquery is. */
export function selectOf(relation: ScopeRelation): Select | undefined {
  const query =
    relation.cte?.node.query.kind === 'query'
      ? relation.cte.node.query
      : relation.table.kind === 'subquery'
        ? relation.table.query
        : undefined;
  return query && selectOfQuery(query);
}

export function selectOfQuery(query: Query): Select | undefined {
  let body: QueryBody = query.body;
  while (body.kind === 'parenthesized-query') body = body.query.body;
  return body.kind === 'select' ? body : undefined;
}

const NO_JOINS: readonly Join[] = [];

/** Joins of the FROM clause: of each of its tables in turn, the last one first. Most have none. */
export function joinsIn({ from }: Select): readonly Join[] {
  if (from === undefined || from.items.every(item => item.kind !== 'join')) return NO_JOINS;
  return from.items.flatMap(joinsOf);
}

/** Joins below a table of FROM, the last one first. */
export function joinsOf(table: TableExpression): readonly Join[] {
  if (table.kind !== 'join') return NO_JOINS;
  const found: Join[] = [];
  for (let current: TableExpression = table; current.kind === 'join'; current = current.left) found.push(current);
  return found;
}

/** Lower-case columns of the relation that an equality of the conditions fixes to something outside of it. */
export function fixedColumns(
  unit: SqlUnit,
  conditions: readonly Expression[],
  relation: ScopeRelation,
): ReadonlySet<string> {
  const found = new Set<string>();
  for (const condition of conditions) {
    for (const one of operandsOf(condition, 'and')) {
      if (one.kind !== 'binary' || one.operator !== '=') continue;
      const sides = [bare(one.left), bare(one.right)] as const;
      for (const [side, other] of [sides, [sides[1], sides[0]] as const]) {
        const column = columnOf(unit, side);
        if (column?.relation === relation && isOutside(unit, other, relation)) {
          found.add(column.column.name.toLowerCase());
        }
      }
    }
  }
  return found;
}

/** Names relations that stand before it, or none. */
function isOutside(unit: SqlUnit, expression: Expression, relation: ScopeRelation): boolean {
  if (holdsUnknown(expression)) return false;
  return columnsIn(expression).every(reference => {
    const other = columnOf(unit, reference)?.relation;
    return other !== undefined && (other.scope !== relation.scope || other.index < relation.index);
  });
}

/** At most one row of the relation fits: the columns hold one of its keys. */
export function coversKey(relation: ScopeRelation, columns: ReadonlySet<string>): boolean {
  return relation.keys.some(key => key.columns.every(column => columns.has(column)));
}

/** The relation that a join adds. */
export function joinedRelation(scope: SelectScope, join: Join): ScopeRelation | undefined {
  return scope.relations.find(relation => relation.table === join.right);
}

/** What people call the relation. */
export function labelOf(relation: ScopeRelation): string {
  return relation.name ? `'${relation.name.name}'` : 'the joined side';
}
