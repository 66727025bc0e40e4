/** Adding conditions to joins and filters in the style of the text around them. Offsets in the expanded text. */

import type { TextEdit } from '../base/edit.ts';
import type { Expression, Join, Select } from '../syntax/sql/tree.ts';
import { bare } from './expressions.ts';
import { insert, type SqlUnit } from './rule.ts';
import { inCaseOf, isWritten, textOf } from './written.ts';

/** Behind the condition of ON; nothing where the join has none or Jinja writes it. */
export function addToOn(unit: SqlUnit, join: Join, condition: string): readonly TextEdit[] {
  if (!join.on) return [];
  const between = unit.text.slice(join.right.end, join.on.start);
  const on = /\bon\b/i.exec(between);
  const wordAt = join.right.end + (on?.index ?? 0);
  return addToCondition(unit, join.on, condition, textOf(unit, join.keyword), lineStart(unit.text, wordAt));
}

/** Behind the condition of WHERE, or as a WHERE behind FROM. */
export function addToWhere(unit: SqlUnit, select: Select, condition: string): readonly TextEdit[] {
  const { where, from } = select;
  if (where) {
    const word = unit.text.slice(where.start, where.start + 'where'.length);
    return addToCondition(unit, where.condition, condition, word, undefined);
  }
  if (!from) return [];
  const word = unit.text.slice(from.start, from.start + 'from'.length);
  const line = lineStart(unit.text, from.start);
  return [insert(from.end, `${line === undefined ? ' ' : `\n${line}`}${inCaseOf(word, 'where')} ${condition}`)];
}

/** `indent`: of the line that the first condition begins, so that the next one gets its own. */
function addToCondition(
  unit: SqlUnit,
  present: Expression,
  condition: string,
  like: string,
  indent: string | undefined,
): readonly TextEdit[] {
  if (!isWritten(unit, { start: present.end - 1, end: present.end })) return [];
  const and = inCaseOf(like, 'and');
  if (bare(present) === present && present.kind === 'binary' && present.operator === 'or') {
    if (!isWritten(unit, { start: present.start, end: present.start + 1 })) return [];
    return [insert(present.start, '('), insert(present.end, `) ${and} ${condition}`)];
  }
  return [insert(present.end, `${breakBefore(unit, present, indent)}${and} ${condition}`)];
}

/** A line of its own where the last AND has one, or the first condition. */
function breakBefore(unit: SqlUnit, present: Expression, indent: string | undefined): string {
  if (present.kind !== 'binary' || present.operator !== 'and') return indent === undefined ? ' ' : `\n${indent}`;
  const before = unit.text.slice(present.left.end, present.operatorSpan.start);
  const line = before.lastIndexOf('\n');
  return line < 0 ? ' ' : `\n${before.slice(line + 1)}`;
}

/** The blanks before the offset when nothing else stands there on its line. */
function lineStart(text: string, offset: number): string | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const before = text.slice(start, offset);
  return start > 0 && before.trim() === '' ? before : undefined;
}
