/** The way out of a MERGE in one pass on Redshift, whose MERGE takes neither conditions nor subqueries: a table of changes. */

import type { Config } from '../../config/config.ts';
import type { Assignment } from '../../syntax/sql/tree.ts';
import { bare } from '../expressions.ts';
import { type ProjectView, type RuleFix, replace, type SqlUnit, suggest } from '../rule.ts';
import { inCaseOf, indentationAt, isWritten, textOf } from '../written.ts';
import { changesIn } from './changes.ts';
import { currentText } from './closed-again.ts';
import type { Close, Load, MergeParts } from './load.ts';
import { roleInLoad } from './load-values.ts';
import { differs, keywordOf, withNullSeen, writtenAgain } from './merge-text.ts';

/** What is new or changed goes into a temporary table first; then UPDATE closes by it and INSERT adds from it. */
export function stagedTable(
  unit: SqlUnit,
  load: Load,
  parts: MergeParts,
  close: Close,
  project: ProjectView | undefined,
  validity: Config['validity'],
): RuleFix | undefined {
  const { merge, keys } = parts;
  const { source, target } = merge;
  const action = merge.branches.find(one => one.match === 'not-matched')?.action;
  const closing = close.branch?.action;
  if (unit.dialect !== 'redshift' || merge.with || keys.length === 0 || merge.branches.length !== 2) return undefined;
  if (action?.kind !== 'merge-insert' || action.columns?.length !== action.values.length) return undefined;
  if (closing?.kind !== 'merge-update' || source.kind !== 'table' || target.kind !== 'table') return undefined;
  if (!unit.tree.statements.includes(merge) || /--|\/\*/.test(textOf(unit, merge))) return undefined;
  const own = target.alias?.name.name ?? target.name.parts.at(-1)?.name;
  const from = source.alias?.name.name ?? source.name.parts.at(-1)?.name;
  const table = writtenAgain(unit, target.name, project);
  const rows = writtenAgain(unit, source.name, project);
  if (own === undefined || from === undefined || table === undefined || rows === undefined) return undefined;
  const written = [
    merge.on,
    ...action.columns,
    ...action.values,
    ...closing.set,
    ...(close.condition ? [close.condition] : []),
  ];
  if (written.some(one => !isWritten(unit, one))) return undefined;
  // A name without its table would be looked for in another one.
  if (action.values.some(one => one.kind === 'column' && one.parts.length === 1)) return undefined;
  const like = keywordOf(unit, merge);
  const word = (text: string): string => inCaseOf(like, text);
  const current = parts.asksForCurrent ? undefined : currentText(unit, load, own, validity);
  const changed = changeOf(unit, load, parts, close, { own, from, like }, validity);
  const set = assignmentsOf(unit, closing.set);
  if (changed === undefined || set === undefined || (!parts.asksForCurrent && current === undefined)) return undefined;
  const matched = [textOf(unit, merge.on), ...(current === undefined ? [] : [current])].join(` ${word('and')} `);
  const aliased = target.alias ? `${table} ${word('as')} ${own}` : table;
  const columns = action.columns.map(one => textOf(unit, one)).join(', ');
  const values = action.values.map(one => textOf(unit, one)).join(', ');
  const isNew = `${own}.${keys[0]?.target.parts.at(-1)?.name ?? keys[0]?.column} ${word('is null')}`;
  const line = `\n${indentationAt(unit.text, merge.start)}`;
  const statements = [
    [
      `${word('create temp table')} ${TABLE} ${word('as')}`,
      `${word('select')} ${from}.* ${word('from')} ${rows} ${word('as')} ${from}`,
      `${word('left join')} ${aliased} ${word('on')} ${matched}`,
      `${word('where')} ${isNew} ${word('or')} ${changed}`,
    ],
    [
      `${word('update')} ${aliased} ${word('set')} ${set}`,
      `${word('from')} ${TABLE} ${word('as')} ${from}`,
      `${word('where')} ${matched}`,
    ],
    [
      `${word('insert into')} ${table} (${columns})`,
      `${word('select')} ${values}`,
      `${word('from')} ${TABLE} ${word('as')} ${from}`,
    ],
    [`${word('drop table')} ${TABLE}`],
  ];
  // A procedure is a transaction already, and a script may have begun one.
  const isOpen = /\b(?:procedure|begin|start\s+transaction)\b/i.test(unit.text);
  const all = isOpen ? statements : [[word('begin')], ...statements, [word('commit')]];
  return suggest(
    'Close and insert by a table of what changed',
    replace(merge, all.map(one => one.join(line)).join(`;${line}`)),
  );
}

const TABLE = 'changed_rows';
const AUDIT = /^_|(?:^|_)(?:load|loaded|insert|inserted|create|created|update|updated|etl|batch|audit)(?:_|$)/;

/** What the load asks for a change; where it asks nothing, any of the columns that it stores. */
function changeOf(
  unit: SqlUnit,
  load: Load,
  { merge, sides, keys }: MergeParts,
  close: Close,
  { own, from, like }: { readonly own: string; readonly from: string; readonly like: string },
  validity: Config['validity'],
): string | undefined {
  if (close.condition) {
    const { comparisons } = changesIn(unit, close.condition, sides);
    const text = withNullSeen(unit, close.condition, comparisons, unit.dialect, like);
    return bare(close.condition).kind === 'binary' && close.condition.kind === 'binary' ? `(${text})` : text;
  }
  const inserted = load.insertions.find(one => one.statement === merge);
  const pairs = [...(inserted?.values ?? [])].flatMap(([column, value]) => {
    const plain = bare(value);
    const isTracked =
      plain.kind === 'column' &&
      sides.of(plain) === 'source' &&
      !keys.some(key => key.column === column) &&
      roleInLoad(column, validity) === undefined &&
      inserted?.start !== value &&
      !AUDIT.test(column);
    const name = inserted?.names.get(column) ?? column;
    return isTracked ? [differs(`${own}.${name}`, `${from}.${plain.parts.at(-1)?.name}`, unit.dialect, like)] : [];
  });
  return pairs.length === 0 ? undefined : pairs.join(` ${inCaseOf(like, 'or')} `);
}

/** UPDATE names its columns without their table. */
function assignmentsOf(unit: SqlUnit, set: readonly Assignment[]): string | undefined {
  const texts = set.map(({ target, value }) =>
    target.kind === 'name' ? `${target.parts.at(-1)?.name} = ${textOf(unit, value)}` : undefined,
  );
  return texts.some(one => one === undefined) ? undefined : texts.join(', ');
}
