/** The other way out of a MERGE in one pass: a statement behind it that inserts what has no current row. */

import type { Config } from '../../config/config.ts';
import { insert, type ProjectView, type RuleFix, type SqlUnit, suggest } from '../rule.ts';
import { inCaseOf, indentationAt, isWritten, textOf } from '../written.ts';
import { currentText } from './closed-again.ts';
import type { Load, MergeParts } from './load.ts';
import { keywordOf, writtenAgain } from './merge-text.ts';

/** Right in every dialect: it finds what it has to insert by what is there, not by what happened a moment ago. */
export function secondStatement(
  unit: SqlUnit,
  load: Load,
  { merge, keys }: MergeParts,
  project: ProjectView | undefined,
  validity: Config['validity'],
): RuleFix | undefined {
  const { source, target } = merge;
  const branch = merge.branches.find(one => one.match === 'not-matched');
  const action = branch?.action;
  if (action?.kind !== 'merge-insert' || !action.columns || action.columns.length !== action.values.length)
    return undefined;
  if (merge.with || target.kind !== 'table' || (source.kind !== 'table' && source.kind !== 'subquery'))
    return undefined;
  const alias = source.alias?.name.name ?? (source.kind === 'table' ? source.name.parts.at(-1)?.name : undefined);
  const table = writtenAgain(unit, target.name, project);
  const from = writtenAgain(unit, source.kind === 'table' ? source.name : source, project);
  const own = CURRENT_ALIASES.find(name => name !== alias?.toLowerCase());
  const current = own === undefined ? undefined : currentText(unit, load, own, validity);
  if (alias === undefined || own === undefined || table === undefined || from === undefined || current === undefined)
    return undefined;
  // A name without its table would be looked for in another one.
  const parts = [...action.columns, ...action.values, ...keys.map(key => key.source)];
  if (parts.some(one => !isWritten(unit, one))) return undefined;
  if (action.values.some(one => one.kind === 'column' && one.parts.length === 1)) return undefined;
  const word = (text: string): string => inCaseOf(keywordOf(unit, merge), text);
  const list = (nodes: readonly { readonly start: number; readonly end: number }[]) =>
    nodes.map(one => textOf(unit, one)).join(', ');
  const line = `\n${indentationAt(unit.text, merge.start)}`;
  const matched = keys.map(
    key => `${own}.${key.target.parts.at(-1)?.name ?? key.column} = ${textOf(unit, key.source)}`,
  );
  const statement = [
    `${word('insert into')} ${table} (${list(action.columns)})`,
    `${word('select')} ${list(action.values)}`,
    source.kind === 'table' ? `${word('from')} ${from} ${word('as')} ${alias}` : `${word('from')} ${from}`,
    `${word('where not exists')} (${word('select')} 1 ${word('from')} ${table} ${word('as')} ${own} ${word('where')} ${[...matched, current].join(` ${word('and')} `)});`,
  ].join(line);
  const semicolon = unit.tree.semicolons.find(one => one.start >= merge.end);
  const isEnded = semicolon !== undefined && unit.text.slice(merge.end, semicolon.start).trim() === '';
  const at = isEnded ? semicolon.end : merge.end;
  if (!isWritten(unit, { start: at - 1, end: at })) return undefined;
  return suggest(
    'Insert what has no current row in a second statement',
    insert(at, `${isEnded ? '' : ';'}${line}${statement}`),
  );
}

const CURRENT_ALIASES = ['d', 'c', 'cur'];
