/** Where the condition that closes versions and the one that picks the rows to insert do not agree. */

import type { DEFAULT_CONFIG } from '../../config/config.ts';
import { type RuleFix, replace, type SqlUnit, suggest } from '../rule.ts';
import { hasUnknownText } from '../writes.ts';
import { isWritten } from '../written.ts';
import { type ChangeCondition, changeConditionsOf, keysOfLoad } from './change-conditions.ts';
import { type Comparison, changesIn } from './changes.ts';
import type { Load } from './load.ts';
import { roleInLoad } from './load-values.ts';
import { keywordOf, listed, seeingNull } from './merge-text.ts';

export interface Difference {
  readonly closing: { readonly start: number; readonly end: number };
  readonly inserting: { readonly start: number; readonly end: number };
  readonly message: string;
  readonly fixes: readonly RuleFix[];
}

interface Detection {
  readonly condition: ChangeCondition;
  readonly comparisons: readonly Comparison[];
  readonly at: { readonly start: number; readonly end: number };
}

export function differencesIn(
  unit: SqlUnit,
  load: Load,
  validity: (typeof DEFAULT_CONFIG)['validity'],
): readonly Difference[] {
  const keys = keysOfLoad(unit, load);
  const detections = changeConditionsOf(unit, load, validity).flatMap((condition): Detection[] => {
    const read = changesIn(unit, condition.condition, condition.sides);
    const comparisons = read.comparisons.filter(
      one =>
        one.kind === 'differs' &&
        one.columns.every(column => !keys.has(column) && roleInLoad(column, validity) === undefined),
    );
    const isReadable =
      read.isComplete &&
      !hasUnknownText(unit, condition.condition) &&
      !comparisons.some(one => one.columns.some(column => /hash|checksum|md5|sha\d|digest/.test(column)));
    if (condition.finds !== 'change' || comparisons.length === 0 || !isReadable) return [];
    const at = {
      start: Math.min(...comparisons.map(one => one.at.start)),
      end: Math.max(...comparisons.map(one => one.at.end)),
    };
    return [{ condition, comparisons, at }];
  });
  const closing = detections.filter(({ condition }) =>
    load.closes.some(
      close =>
        close.statement === condition.statement && close.branch === condition.branch && condition.select === undefined,
    ),
  );
  const found: Difference[] = [];
  for (const close of closing) {
    const inserting = detections.filter(({ condition }) => insertsWith(condition, close.condition));
    // Several places to insert from may divide the changes among themselves.
    const [insert] = inserting;
    if (inserting.length !== 1 || !insert) continue;
    const message = differenceOf(close, insert, load);
    if (message) found.push({ closing: close.at, inserting: insert.at, message, fixes: fixFor(unit, close, insert) });
  }
  return found;
}

/** A select of the same MERGE, or of an INSERT that runs before. */
function insertsWith(condition: ChangeCondition, close: ChangeCondition): boolean {
  if (condition.select === undefined) return false;
  if (close.statement.kind === 'merge' && condition.statement === close.statement) return true;
  return condition.statement.kind === 'insert' && condition.statement.end <= close.statement.start;
}

function differenceOf(close: Detection, insert: Detection, load: Load): string | undefined {
  const closed = new Set(close.comparisons.flatMap(one => one.columns));
  const inserted = new Set(insert.comparisons.flatMap(one => one.columns));
  const onlyInserted = [...inserted].filter(column => !closed.has(column));
  const onlyClosed = [...closed].filter(column => !inserted.has(column));
  if (onlyInserted.length > 0)
    return `A change of ${listed(onlyInserted)} alone adds a version to ${load.target.label} and closes none: another open version on every run. Compare the same columns in both places.`;
  if (onlyClosed.length > 0)
    return `A change of ${listed(onlyClosed)} alone closes the current version in ${load.target.label} and adds none: the current row is gone. Compare the same columns in both places.`;
  const nullsOf = (of: Detection, column: string) => of.comparisons.find(one => one.columns.includes(column))?.nulls;
  const blindHere = [...closed].filter(
    column => nullsOf(close, column) === 'blind' && nullsOf(insert, column) === 'seen',
  );
  if (blindHere.length > 0)
    return `The rows to insert are picked with an eye on NULL, those to close are not: when ${listed(blindHere)} turns from or to NULL, ${load.target.label} gets another open version on every run. Compare in the same way in both places.`;
  const blindThere = [...closed].filter(
    column => nullsOf(close, column) === 'seen' && nullsOf(insert, column) === 'blind',
  );
  if (blindThere.length > 0)
    return `The rows to close are picked with an eye on NULL, those to insert are not: when ${listed(blindThere)} turns from or to NULL, the current row of ${load.target.label} is closed and none follows. Compare in the same way in both places.`;
  return undefined;
}

/** Where only NULL makes the difference: both see it. */
function fixFor(unit: SqlUnit, close: Detection, insert: Detection): readonly RuleFix[] {
  const like = keywordOf(unit, close.condition.statement);
  const edits = [];
  for (const one of [...close.comparisons, ...insert.comparisons]) {
    if (one.nulls !== 'blind') continue;
    const better = seeingNull(unit, one, unit.dialect, like);
    if (better === undefined || !isWritten(unit, one.at)) return [];
    edits.push(replace(one.at, better));
  }
  const names = (of: Detection) => [...new Set(of.comparisons.flatMap(one => one.columns))].sort().join();
  if (edits.length === 0 || names(close) !== names(insert)) return [];
  return [suggest('See NULL in both places', ...edits)];
}
