/** How a load finds out that something changed: comparisons of what is there with what comes, and what they do with NULL. */

import type { ColumnReference, Expression, Query, SelectItem } from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { argumentsOf, bare, columnsIn, functionName, holdsUnknown, operandsOf } from '../expressions.ts';
import type { SqlUnit } from '../rule.ts';
import type { Sides } from './load-sides.ts';
import { tableColumnIsNotNull } from './not-null.ts';

export interface Comparison {
  readonly at: Expression;
  /** `differs` looks for a change, `equals` for none, `order` compares which is newer. */
  readonly kind: 'differs' | 'equals' | 'order';
  /** Lower-case names of the target's columns it compares. */
  readonly columns: readonly string[];
  /** The same as they are written. */
  readonly labels: readonly string[];
  /** NULL on one side is seen as a difference. */
  readonly nulls: 'seen' | 'blind' | 'unknown';
  /** Both sides as they stand when each is a plain column. */
  readonly pair?: { readonly target: ColumnReference; readonly source: ColumnReference };
}

export interface Changes {
  readonly comparisons: readonly Comparison[];
  /** Nothing that looks at both sides was left unread. */
  readonly isComplete: boolean;
}

/** All comparisons between both sides in a condition. */
export function changesIn(unit: SqlUnit, condition: Expression | undefined, sides: Sides): Changes {
  const found: Comparison[] = [];
  let isComplete = true;
  const open: { readonly node: Expression; readonly isNegated: boolean }[] = [];
  if (condition) open.push({ node: condition, isNegated: false });
  for (let next = open.pop(); next; next = open.pop()) {
    const { isNegated } = next;
    const node = bare(next.node);
    if (node.kind === 'binary' && (node.operator === 'and' || node.operator === 'or')) {
      for (const operand of [node.right, node.left]) open.push({ node: operand, isNegated });
      continue;
    }
    if (node.kind === 'unary' && node.operator === 'not') {
      open.push({ node: node.operand, isNegated: !isNegated });
      continue;
    }
    const read = readComparison(unit, node, sides, isNegated);
    if (read === 'other') {
      if (mixesSides(node, sides)) isComplete = false;
      if (holdsUnknown(node)) isComplete = false;
    } else found.push(...read);
  }
  return { comparisons: withNullTests(found, condition), isComplete };
}

export function mixesSides(node: Expression, sides: Sides): boolean {
  const seen = new Set(columnsIn(node).map(sides.of));
  return seen.has('target') && seen.has('source');
}

function readComparison(
  unit: SqlUnit,
  node: Expression,
  sides: Sides,
  isNegated: boolean,
): readonly Comparison[] | 'other' {
  if (node.kind === 'exists') return readExists(node.query, sides, isNegated, node);
  if (node.kind === 'call') {
    const name = functionName(node);
    const [a, b] = argumentsOf(node);
    if ((name === 'equal_null' || name === 'is_equal' || name === 'isequal') && a && b)
      return compare(unit, a, b, sides, isNegated ? 'differs' : 'equals', 'seen', node);
    return 'other';
  }
  if (node.kind !== 'binary') return 'other';
  const { left, right, operator } = node;
  switch (operator) {
    case '<>':
    case '!=':
    case '^=':
      return compare(unit, left, right, sides, isNegated ? 'equals' : 'differs', 'blind', node);
    case '=':
    case '==':
      return compare(unit, left, right, sides, isNegated ? 'differs' : 'equals', 'blind', node);
    case 'is distinct from':
      return compare(unit, left, right, sides, isNegated ? 'equals' : 'differs', 'seen', node);
    case '<=>':
    case 'is not distinct from':
      return compare(unit, left, right, sides, isNegated ? 'differs' : 'equals', 'seen', node);
    case '<':
    case '>':
    case '<=':
    case '>=':
      return compare(unit, left, right, sides, 'order', 'unknown', node);
    default:
      return 'other';
  }
}

function compare(
  unit: SqlUnit,
  left: Expression,
  right: Expression,
  sides: Sides,
  kind: Comparison['kind'],
  nulls: 'seen' | 'blind' | 'unknown',
  at: Expression,
): readonly Comparison[] | 'other' {
  const a = bare(left);
  const b = bare(right);
  if (a.kind === 'tuple' && b.kind === 'tuple' && a.elements.length === b.elements.length) {
    const parts = a.elements.map((element, i) =>
      compare(unit, element, b.elements[i] as Expression, sides, kind, nulls, at),
    );
    if (parts.some(part => part === 'other')) return 'other';
    return (parts as readonly (readonly Comparison[])[]).flat().map(({ pair: _, ...one }) => one);
  }
  const sideOfA = sides.ofAll(a);
  const sideOfB = sides.ofAll(b);
  if (sideOfA === undefined || sideOfB === undefined || sideOfA === sideOfB) return 'other';
  const [target, source] = sideOfA === 'target' ? [a, b] : [b, a];
  const columns = [...new Set(columnsIn(target).map(nameOf))];
  const labels = [...new Set(columnsIn(target).map(writtenName))];
  const isPlain = target.kind === 'column' && source.kind === 'column';
  const seen = nulls === 'blind' ? nullsOf(unit, target, source) : nulls;
  return [{ at, kind, columns, labels, nulls: seen, ...(isPlain ? { pair: { target, source } } : {}) }];
}

/** A plain column may be NULL unless somebody says that it is not; of a function's result nobody can tell. */
function nullsOf(unit: SqlUnit, target: Expression, source: Expression): Comparison['nulls'] {
  const isNever = (side: Expression): boolean =>
    unit.facts.nullabilityOf(side).nullable === 'no' || (side.kind === 'column' && tableColumnIsNotNull(unit, side));
  if (isNever(target) && isNever(source)) return 'seen';
  // What comes is never NULL, or could not be stored: then none of the two changes can happen.
  if (isNever(target) || isNever(source)) return 'unknown';
  const isColumn = (side: Expression): boolean => {
    let inner = bare(side);
    for (let depth = 0; depth < 10 && inner.kind === 'cast'; depth++) inner = bare(inner.operand);
    if (inner.kind === 'call' && /^(?:trim|upper|lower|ltrim|rtrim)$/.test(functionName(inner)))
      inner = bare(argumentsOf(inner)[0] ?? inner);
    return inner.kind === 'column';
  };
  return isColumn(target) && isColumn(source) ? 'blind' : seenThroughCalls(target, source);
}

const FILLS = /^(?:coalesce|ifnull|nvl|isnull|zeroifnull|nullif_blank|concat_ws)$/;

function seenThroughCalls(target: Expression, source: Expression): Comparison['nulls'] {
  const fills = (side: Expression): boolean => {
    let found = false;
    walk(side, node => {
      if (node.kind === 'call' && FILLS.test(functionName(node))) found = true;
    });
    return found;
  };
  return fills(target) && fills(source) ? 'seen' : 'unknown';
}

/** `exists (select t.a, t.b except select s.a, s.b)` and `not exists (… intersect …)`. */
function readExists(query: Query, sides: Sides, isNegated: boolean, at: Expression): readonly Comparison[] | 'other' {
  const { body } = query;
  if (body.kind !== 'set-operation') return 'other';
  const left = body.left.kind === 'select' ? body.left : undefined;
  const right = body.right.kind === 'select' ? body.right : undefined;
  if (!left || !right || left.from || right.from) return 'other';
  const isDifference = body.operator === 'except' ? !isNegated : body.operator === 'intersect' ? isNegated : undefined;
  if (isDifference === undefined) return 'other';
  const items = [left, right].find(one => one.items.some(item => sideOfItem(item, sides) === 'target'));
  const compared = (items?.items ?? []).flatMap(item => (item.kind === 'item' ? columnsIn(item.expression) : []));
  const columns = compared.map(nameOf);
  if (columns.length === 0) return 'other';
  return [{ at, kind: isDifference ? 'differs' : 'equals', columns, labels: compared.map(writtenName), nulls: 'seen' }];
}

function sideOfItem(item: SelectItem, sides: Sides) {
  return item.kind === 'item' ? sides.ofAll(item.expression) : undefined;
}

/** `t.a <> s.a or (t.a is null and s.a is not null) or …`: written out in full, NULL is seen. */
function withNullTests(found: readonly Comparison[], condition: Expression | undefined): readonly Comparison[] {
  if (!condition || !found.some(one => one.nulls === 'blind')) return found;
  const tested = new Set<string>();
  walk(condition, node => {
    if (node.kind === 'query') return 'skip';
    if (node.kind === 'is' && node.test === 'null')
      for (const column of columnsIn(node.operand)) tested.add(nameOf(column));
    return undefined;
  });
  if (tested.size === 0) return found;
  return found.map(one => {
    const sourceName = one.pair && nameOf(one.pair.source);
    const isTested =
      one.columns.some(column => tested.has(column)) || (sourceName !== undefined && tested.has(sourceName));
    return one.nulls === 'blind' && isTested ? { ...one, nulls: 'seen' as const } : one;
  });
}

function writtenName(reference: ColumnReference): string {
  return reference.parts.at(-1)?.name ?? '';
}

export function nameOf(reference: ColumnReference): string {
  return reference.parts.at(-1)?.name.toLowerCase() ?? '';
}

/** `t.is_current`, `t.is_current = true`, `t.valid_to is null`: conjuncts that look at one column of one side only. */
export function conjunctsOf(condition: Expression | undefined): readonly Expression[] {
  return condition ? operandsOf(condition, 'and') : [];
}
