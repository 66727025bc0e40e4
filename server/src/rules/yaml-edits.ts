/** Edits of dbt's YAML in the file's own style: comments and order stay. Offsets in the files as written. */

import type { TextEdit } from '../base/edit.ts';
import type { Span } from '../base/span.ts';
import type { PlacedColumn, PlacedProperties } from '../project/facts.ts';

/** Removes an item of a block list with its line; nothing for a list in brackets. `at` is the item behind its dash. */
export function removeListItem(text: string, at: Span): TextEdit | undefined {
  const start = text.lastIndexOf('\n', at.start - 1) + 1;
  if (!/^[ \t]*-[ \t]+$/.test(text.slice(start, at.start))) return undefined;
  const lineEnd = text.indexOf('\n', at.end);
  const rest = text.slice(at.end, lineEnd < 0 ? text.length : lineEnd);
  if (rest.trim() !== '' && !/^\s*#/.test(rest)) return undefined;
  if (lineEnd >= 0) {
    // Items that blank lines part keep one between them.
    const isParted = start === 0 || /\n[ \t]*\r?\n$/.test(text.slice(Math.max(0, start - 200), start));
    const blank = isParted ? /^(?:[ \t]*\r?\n)+/.exec(text.slice(lineEnd + 1, lineEnd + 200)) : null;
    return { span: { start, end: lineEnd + 1 + (blank?.[0].length ?? 0) }, text: '' };
  }
  return { span: { start: Math.max(0, start - 1), end: text.length }, text: '' };
}

/** Columns behind those of an entry, each with its keys as `key: value`. */
export function appendColumns(
  text: string,
  entry: PlacedProperties,
  columns: readonly { readonly name: string; readonly keys: readonly string[] }[],
): TextEdit | undefined {
  return appendItem(text, entry, {
    block: indent =>
      columns
        .map(({ name, keys }) => `\n${indent}- name: ${name}${keys.map(key => `\n${indent}  ${key}`).join('')}`)
        .join(''),
    flow: columns.map(({ name, keys }) => `{ ${[`name: ${name}`, ...keys].join(', ')} }`).join(', '),
  });
}

/** A key with its value behind the name of a column. */
export function addKeyAfterName(text: string, column: PlacedColumn, key: string): TextEdit | undefined {
  if (text[column.at.start] === '{') return addToBraces(text, column.at, key);
  const line = endOfLine(text, column.nameAt.end);
  return { span: { start: line, end: line }, text: `\n${columnOf(text, keyStart(text, column.nameAt.start))}${key}` };
}

/** `at` is a map in braces. */
function addToBraces(text: string, at: Span, pair: string): TextEdit {
  const inner = text.slice(at.start + 1, at.end - 1);
  const end = at.start + 1 + inner.trimEnd().length;
  return { span: { start: end, end }, text: `${inner.trim() === '' ? ' ' : ', '}${pair}` };
}

/** Behind the last column of an entry, in lines or in brackets as the others stand; under a new key where there is none. */
function appendItem(
  text: string,
  entry: PlacedProperties,
  item: { readonly block: (indent: string) => string; readonly flow: string },
): TextEdit | undefined {
  const list = entry.keysAt['columns'];
  if (list && text[list.start] === '[') {
    const inner = text.slice(list.start + 1, list.end - 1);
    const end = list.start + 1 + inner.trimEnd().length;
    return { span: { start: end, end }, text: `${inner.trim() === '' ? '' : ', '}${item.flow}` };
  }
  const last = entry.columns.at(-1);
  if (last) {
    // The name may stand behind other keys of the column, on a line below its dash.
    const dash = text.lastIndexOf('-', last.at.start);
    const isBlock = dash >= 0 && text.slice(text.lastIndexOf('\n', dash) + 1, dash).trim() === '';
    if (!isBlock) return undefined;
    const end = last.at.start + text.slice(last.at.start, last.at.end).trimEnd().length;
    return { span: { start: end, end }, text: item.block(columnOf(text, dash)) };
  }
  if (list !== undefined || text[entry.at.start] === '{') return undefined;
  const indent = columnOf(text, keyStart(text, entry.nameAt.start));
  const end = entry.at.start + text.slice(entry.at.start, entry.at.end).trimEnd().length;
  return { span: { start: end, end }, text: `\n${indent}columns:${item.block(`${indent}  `)}` };
}

/** Start of the key (`name`) whose value stands at the offset. */
function keyStart(text: string, valueStart: number): number {
  const line = text.lastIndexOf('\n', valueStart - 1) + 1;
  const key = /[A-Za-z_]+\s*:\s*["']?$/.exec(text.slice(line, valueStart));
  return key ? line + key.index : valueStart;
}

/** Blanks as wide as the text before the offset on its line. */
function columnOf(text: string, offset: number): string {
  return ' '.repeat(offset - (text.lastIndexOf('\n', offset - 1) + 1));
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  const line = end < 0 ? text.length : end;
  return text[line - 1] === '\r' ? line - 1 : line;
}
