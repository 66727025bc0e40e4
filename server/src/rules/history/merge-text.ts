/** Text that fixes of loads write: comparisons that see NULL, and names as the file has them. */

import type { Dialect } from '../../syntax/sql/dialect.ts';
import type { Expression } from '../../syntax/sql/tree.ts';
import type { ProjectView, SqlUnit } from '../rule.ts';
import { inCaseOf, textOf } from '../written.ts';
import type { Comparison } from './changes.ts';

/** `a` and `b` differ, NULL counted as a value, as the dialect says it. `like` is a keyword of the file. */
export function differs(a: string, b: string, dialect: Dialect, like: string): string {
  const word = (text: string): string => inCaseOf(like, text);
  switch (dialect) {
    case 'sparksql':
    case 'hive':
    case 'mysql':
      return `${word('not')} (${a} <=> ${b})`;
    case 'redshift':
    case 'tsql':
      return `(${a} <> ${b} ${word('or')} (${a} ${word('is null')} ${word('and')} ${b} ${word('is not null')}) ${word('or')} (${a} ${word('is not null')} ${word('and')} ${b} ${word('is null')}))`;
    case 'sqlite':
      return `${a} ${word('is not')} ${b}`;
    default:
      return `${a} ${word('is distinct from')} ${b}`;
  }
}

/** `a` and `b` are equal, or both NULL. */
export function equals(a: string, b: string, dialect: Dialect, like: string): string {
  const word = (text: string): string => inCaseOf(like, text);
  switch (dialect) {
    case 'sparksql':
    case 'hive':
    case 'mysql':
      return `${a} <=> ${b}`;
    case 'redshift':
    case 'tsql':
      return `(${a} = ${b} ${word('or')} (${a} ${word('is null')} ${word('and')} ${b} ${word('is null')}))`;
    case 'sqlite':
      return `${a} ${word('is')} ${b}`;
    default:
      return `${a} ${word('is not distinct from')} ${b}`;
  }
}

/** A blind comparison of two columns, written so that it sees NULL; `undefined` when it is no such pair. */
export function seeingNull(
  unit: SqlUnit,
  { at, kind, pair }: Comparison,
  dialect: Dialect,
  like: string,
): string | undefined {
  if (!pair || at.kind !== 'binary') return undefined;
  const [a, b] = [textOf(unit, at.left), textOf(unit, at.right)];
  const isEquation = at.operator === '=' || at.operator === '==';
  // Under NOT an equation looks for a difference, and stays an equation.
  return isEquation || kind === 'equals' ? equals(a, b, dialect, like) : differs(a, b, dialect, like);
}

/** The text with the blind comparisons in it made to see NULL. */
export function withNullSeen(
  unit: SqlUnit,
  at: Expression,
  comparisons: readonly Comparison[],
  dialect: Dialect,
  like: string,
): string {
  let text = '';
  let position = at.start;
  for (const one of [...comparisons].sort((a, b) => a.at.start - b.at.start)) {
    if (one.nulls !== 'blind' || one.at.start < position || one.at.end > at.end) continue;
    const better = seeingNull(unit, one, dialect, like);
    if (better === undefined) continue;
    text += unit.text.slice(position, one.at.start) + better;
    position = one.at.end;
  }
  return text + unit.text.slice(position, at.end);
}

/**
 * The text of a stretch as it would have to be written into the file again: literal text as it is, `ref`, `source` and
 * `this` as their calls. `undefined` when other Jinja computes some of it.
 */
export function writtenAgain(
  unit: SqlUnit,
  at: { readonly start: number; readonly end: number },
  project: ProjectView | undefined,
): string | undefined {
  let text = '';
  for (const segment of unit.expansion.map.segmentsIn(at)) {
    if (segment.kind === 'literal')
      text += unit.text.slice(Math.max(segment.start, at.start), Math.min(segment.end, at.end));
    else if (segment.kind === 'reference' && segment.start >= at.start && segment.end <= at.end) {
      const file = project?.textOf(segment.file);
      if (file === undefined) return undefined;
      text += `{{ ${file.slice(segment.source.start, segment.source.end)} }}`;
    } else return undefined;
  }
  return text;
}

/** A keyword of the statement, to write others in its case. */
export function keywordOf(unit: SqlUnit, at: { readonly start: number }): string {
  return /[A-Za-z]+/.exec(unit.text.slice(at.start, at.start + 40))?.[0] ?? 'merge';
}

/** Words for lists in messages: `'a'`, `'a' and 'b'`, `'a', 'b' and 3 others`. */
export function listed(names: readonly string[]): string {
  const shown = names.length > 4 ? names.slice(0, 3) : names;
  const quoted = shown.map(name => `'${name}'`);
  if (names.length > shown.length) return `${quoted.join(', ')} and ${names.length - shown.length} others`;
  const last = quoted.at(-1) ?? '';
  return quoted.length > 1 ? `${quoted.slice(0, -1).join(', ')} and ${last}` : last;
}
