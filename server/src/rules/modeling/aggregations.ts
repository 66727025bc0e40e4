/** Calls of SUM, AVG and COUNT in select lists: found once, for several rules ask. */

import { keptIn } from '../../base/kept.ts';
import type { FunctionCall, Select, SelectItem, SqlNode } from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { functionName } from '../expressions.ts';
import type { SqlUnit } from '../rule.ts';

export interface Aggregation {
  readonly call: FunctionCall;
  /** In lower case. */
  readonly name: string;
  /** What stands right around it in its item. */
  readonly parent: SqlNode | undefined;
}

/** In the order of the text, those inside of others behind them; not those of subqueries. */
export function aggregationsIn(unit: SqlUnit, select: Select): readonly Aggregation[] {
  const { words, bySelect } = knownOf(unit);
  if (words.length === 0) return NONE;
  let found = bySelect.get(select);
  if (found === undefined) {
    found = findAggregations(select.items, words);
    bySelect.set(select, found);
  }
  return found;
}

const NONE: readonly Aggregation[] = [];
const NAMES: ReadonlySet<string> = new Set(['sum', 'avg', 'mean', 'count']);
const WORDS = /\b(?:sum|avg|mean|count)\b/gi;

/** One look at the text spares most trees a walk. */
const knownOf = keptIn(({ text }: SqlUnit) => ({
  words: placesOf(text),
  bySelect: new Map<Select, readonly Aggregation[]>(),
}));

/** Of the last letters of the words. */
function placesOf(text: string): readonly number[] {
  const found: number[] = [];
  WORDS.lastIndex = 0;
  while (WORDS.test(text)) found.push(WORDS.lastIndex - 1);
  return found;
}

function findAggregations(items: readonly SelectItem[], words: readonly number[]): readonly Aggregation[] {
  let found: Aggregation[] | undefined;
  let next = firstFrom(words, items[0]?.start ?? 0);
  for (const item of items) {
    while (next < words.length && (words[next] as number) < item.start) next++;
    if (next === words.length) break;
    if (item.kind !== 'item' || (words[next] as number) >= item.end) continue;
    walk(item.expression, (node, ancestors) => {
      if (node.kind === 'query') return 'skip';
      if (node.kind !== 'call') return undefined;
      const name = functionName(node);
      if (!NAMES.has(name)) return undefined;
      found ??= [];
      found.push({ call: node, name, parent: ancestors[ancestors.length - 1] });
      return undefined;
    });
  }
  return found ?? NONE;
}

/** Index of the first place that is not before the offset. */
function firstFrom(places: readonly number[], offset: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] as number) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
