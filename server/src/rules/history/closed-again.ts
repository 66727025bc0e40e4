/** Loads that close a key's versions without asking which of them is the current one. */

import type { Config } from '../../config/config.ts';
import type { Expression } from '../../syntax/sql/tree.ts';
import { bare, columnsIn, holdsUnknown, operandsOf } from '../expressions.ts';
import { insert, type RuleFix, type SqlUnit, suggest } from '../rule.ts';
import { isRead, targetCteOf } from '../writes.ts';
import { inCaseOf, isWritten, textOf } from '../written.ts';
import { joinsIn } from './change-conditions.ts';
import { changesIn, nameOf } from './changes.ts';
import type { Close, Load } from './load.ts';
import { mentionsTarget, sidesOfStatement } from './load-sides.ts';
import { isOnFlag, isOpenEnd, roleInLoad } from './load-values.ts';
import { closesWithoutInsert } from './lost-versions.ts';
import { keywordOf } from './merge-text.ts';

export function closedAgain(
  unit: SqlUnit,
  load: Load,
  validity: Config['validity'],
): readonly { readonly close: Close; readonly fixes: readonly RuleFix[] }[] {
  const opened = load.insertions.find(one => one.isOpen === true);
  if (!opened) return [];
  // What loses its version altogether is said elsewhere.
  const lost = new Set(closesWithoutInsert(unit, load).map(({ close }) => close));
  return load.closes.flatMap(close => {
    if (lost.has(close) || close.match === 'by-source' || !close.end || close.others.length > 2) return [];
    const { statement } = close;
    if (!isRead(unit, statement) || targetCteOf(statement)) return [];
    const sides = sidesOfStatement(unit, statement);
    const tables = statement.kind === 'merge' ? [statement.source] : statement.from;
    const conditions = [
      ...(statement.kind === 'merge' ? [statement.on] : joinsIn(statement.from).flatMap(join => join.on ?? [])),
      ...(close.condition ? [close.condition] : []),
    ];
    if (conditions.length === 0 || conditions.some(holdsUnknown)) return [];
    // Any word about when a version begins or ends may keep the old ones out.
    const asksForVersion = conditions.some(one =>
      columnsIn(one).some(
        column => sides.of(column) !== 'source' && roleInLoad(nameOf(column), validity) !== undefined,
      ),
    );
    if (asksForVersion || !conditions.every(one => changesIn(unit, one, sides).isComplete)) return [];
    // Where the source has looked at the target, the row to close may have been picked there.
    const keys = conditions.flatMap(one => keysIn(unit, one, sides));
    const isPicked = keys.some(
      key => !opened.values.has(key) || /(?:^|_)(?:sk|surrogate\w*|row_?id|scd_id|version\w*|hash)(?:_|$)/.test(key),
    );
    if (keys.length === 0 || isPicked) return [];
    if (statement.kind === 'update' && tables.some(table => mentionsTarget(unit, table, load.target))) return [];
    return [{ close, fixes: fixFor(unit, load, close, validity) }];
  });
}

/** Columns of the target that a condition equates with the source. */
function keysIn(unit: SqlUnit, condition: Expression, sides: ReturnType<typeof sidesOfStatement>): readonly string[] {
  return changesIn(unit, condition, sides)
    .comparisons.filter(one => one.kind === 'equals')
    .flatMap(one => one.columns);
}

function fixFor(
  unit: SqlUnit,
  load: Load,
  { statement, condition }: Close,
  validity: Config['validity'],
): readonly RuleFix[] {
  const table = statement.target;
  const own = table.kind === 'table' ? (table.alias?.name.name ?? table.name.parts.at(-1)?.name) : undefined;
  const current = own === undefined ? undefined : currentText(unit, load, own, validity);
  const at = statement.kind === 'merge' ? statement.on : condition;
  if (current === undefined || !at || !isWritten(unit, at)) return [];
  const and = ` ${inCaseOf(keywordOf(unit, statement), 'and')} `;
  if (bare(at).kind === 'binary' && at.kind === 'binary' && operandsOf(at, 'or').length > 1)
    return [suggest('Close the current version only', insert(at.start, '('), insert(at.end, `)${and}${current}`))];
  return [suggest('Close the current version only', insert(at.end, and + current))];
}

/** How the load itself writes that a version is the current one. */
export function currentText(unit: SqlUnit, load: Load, own: string, validity: Config['validity']): string | undefined {
  let end: string | undefined;
  for (const { values, names } of load.insertions) {
    for (const [key, value] of values) {
      const name = names.get(key) ?? key;
      const role = roleInLoad(name, validity);
      if (role === 'current' && isOnFlag(value) && isWritten(unit, value))
        return `${own}.${name} = ${textOf(unit, value)}`;
      if (role === 'end' && isOpenEnd(value) && isWritten(unit, value))
        end ??= /^null$/i.test(textOf(unit, value))
          ? `${own}.${name} is null`
          : `${own}.${name} = ${textOf(unit, value)}`;
    }
  }
  return end;
}
