/** Keys of rows that are one for each combination of some expressions: GROUP BY, DISTINCT ON, PARTITION BY with row_number(). */

import type { BinaryExpression, Expression, Select } from '../../../syntax/sql/tree.ts';
import type { CandidateKey } from '../../facts.ts';
import { deriveExpression } from '../derive.ts';
import { outputNameOf } from '../output-names.ts';
import { resolveReference } from '../resolve.ts';
import type { ColumnOfRelation } from '../scopes.ts';
import { bare, type Inference, type Scope } from '../state.ts';
import { closureOf } from './closure.ts';
import { columnOfRelation, columnsBehind } from './computed.ts';
import { conjunctsOf } from './conditions.ts';
import { KEY_WIDTH } from './key-list.ts';
import type { Naming } from './named.ts';
import type { Rows } from './rows.ts';

/** One expression of GROUP BY, PARTITION BY or DISTINCT ON. */
export interface Element {
  /** Lower-case name under which it comes out. */
  readonly name: string | undefined;
  /** The column that it is. */
  readonly column: ColumnOfRelation | undefined;
  /** The columns it rests on; `undefined` when that cannot be told. */
  readonly from: readonly ColumnOfRelation[] | undefined;
}

function elementOf(inference: Inference, expression: Expression, naming: Naming): Element {
  let inner = bare(expression);
  if (inner.kind === 'column') {
    const resolved = resolveReference(inference, inner);
    if (resolved?.kind === 'alias') inner = bare(resolved.item.expression);
  }
  const column = inner.kind === 'column' ? columnOfRelation(inference, inner) : undefined;
  const name = outputNameOf(inference, bare(expression), naming.outputs) ?? naming.nameOfText(inner);
  if (column) return { name, column, from: [column] };
  return { name, column: undefined, from: columnsBehind(inference, inner) };
}

export function elementsOf(
  inference: Inference,
  expressions: readonly Expression[],
  naming: Naming,
): readonly Element[] {
  return expressions.map(expression => elementOf(inference, expression, naming));
}

export function groupedElements(inference: Inference, scope: Scope, naming: Naming): readonly Element[] | undefined {
  const { select } = scope;
  const groupBy = select?.groupBy;
  if (select === undefined || groupBy === undefined) return undefined;
  if (groupBy.all) {
    const elements: Element[] = [];
    // Where all items are constants, some engines do not group at all.
    let groups = false;
    for (const [i, item] of select.items.entries()) {
      if (item.kind !== 'item') return undefined;
      if (holdsAggregate(inference, bare(item.expression))) {
        groups = true;
        continue;
      }
      const element = { ...elementOf(inference, item.expression, naming), name: naming.outputs.nameOfItem(i) };
      groups ||= element.from === undefined || element.from.length > 0;
      elements.push(element);
    }
    return groups ? elements : undefined;
  }
  const elements: Element[] = [];
  for (const item of groupBy.items) {
    if (item.kind === 'grouping') return undefined;
    const inner = bare(item);
    if (inner.kind === 'literal' && inner.type === 'integer') {
      const ordinal = Number(inner.value);
      const items = select.items.slice(0, ordinal);
      const last = items[ordinal - 1];
      if (last?.kind !== 'item' || !items.every(one => one.kind === 'item')) return undefined;
      elements.push({ ...elementOf(inference, last.expression, naming), name: naming.outputs.nameOfItem(ordinal - 1) });
    } else elements.push(elementOf(inference, inner, naming));
  }
  return elements;
}

/** A name may carry an aggregate of a CTE along: here it is a column like any other. */
function holdsAggregate(inference: Inference, expression: Expression): boolean {
  return expression.kind !== 'column' && deriveExpression(inference, expression).derivation === 'aggregate';
}

/**
 * One row for each combination of the elements. Elements that follow from the others add nothing: a customer's name beside
 * the customer's id.
 */
export function keysOfElements(
  rows: Rows,
  elements: readonly Element[],
  naming: Naming,
  because: string,
): readonly CandidateKey[] {
  if (elements.length > KEY_WIDTH) return [];
  const found: CandidateKey[] = [];
  for (const trust of ['proved', 'declared'] as const) {
    const kept = [...elements];
    // Those without a name of their own first, then from the right: the first ones are what people name a grain by.
    const order = elements
      .map((_, i) => i)
      .sort((a, b) => Number(!!elements[a]?.name) - Number(!!elements[b]?.name) || b - a);
    for (const i of order) {
      const element = elements[i] as Element;
      if (element.from === undefined) continue;
      const others: ColumnOfRelation[] = [];
      for (const one of kept) if (one !== element && one.column !== undefined) others.push(one.column);
      const { has } = closureOf(rows, others, trust);
      if (element.from.every(has)) kept.splice(kept.indexOf(element), 1);
    }
    const columns = naming.namesOf(kept, rows, trust);
    if (columns) found.push({ columns, because, by: trust });
    if (columns && !rows.restOnDeclared) break;
  }
  return found;
}

/* ----------------------------------------------------------- row_number() */

/** `qualify row_number() over (partition by a, b order by …) = 1`. */
export function firstOfPartition(inference: Inference, select: Select): readonly Expression[] | undefined {
  if (select.qualify === undefined) return undefined;
  for (const conjunct of conjunctsOf(select.qualify.condition)) {
    if (conjunct.kind !== 'binary' || !isFirst(conjunct)) continue;
    let left = bare(conjunct.left);
    if (left.kind === 'column') {
      const resolved = resolveReference(inference, left);
      if (resolved?.kind === 'alias') left = bare(resolved.item.expression);
    }
    const partition = partitionOf(left, select);
    if (partition !== undefined) return partition;
  }
  return undefined;
}

function isFirst({ operator, right }: BinaryExpression): boolean {
  const value = bare(right);
  if (value.kind !== 'literal' || value.type !== 'integer') return false;
  return ((operator === '=' || operator === '<=') && value.value === '1') || (operator === '<' && value.value === '2');
}

/** What a `row_number()` counts within; nothing when it counts all rows. */
function partitionOf(expression: Expression, select: Select): readonly Expression[] | undefined {
  if (expression.kind !== 'call' || expression.name.parts.length !== 1 || expression.over === undefined)
    return undefined;
  if ((expression.name.parts[0]?.folded ?? '') !== 'row_number') return undefined;
  const over = expression.over;
  const window = over.kind === 'window' ? over : select.windows.find(one => one.name.folded === over.folded)?.window;
  return window?.base === undefined ? window?.partitionBy : undefined;
}

export interface Numbering {
  readonly name: string;
  readonly over: readonly Expression[];
}

/** Columns that number the rows of each partition: with what they count within, they tell all rows apart. */
export function numberingsOf(select: Select, naming: Naming): readonly Numbering[] {
  const found: Numbering[] = [];
  for (const { expression, index } of naming.expressions) {
    const over = expression.kind === 'call' ? partitionOf(expression, select) : undefined;
    const name = over && naming.outputs.nameOfItem(index);
    if (over !== undefined && name !== undefined) found.push({ name, over });
  }
  return found;
}
