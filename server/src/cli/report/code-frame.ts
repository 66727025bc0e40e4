/** The lines a finding speaks of, with its range underlined. */

import type { LineIndex } from '../../base/line-index.ts';
import type { Span } from '../../base/span.ts';
import type { Paint } from '../style.ts';
import { type Cell, cellsOf } from './cells.ts';

export interface FrameOptions {
  /** Cells that a line of the frame may take, its gutter included. */
  readonly width: number;
  readonly paint: Paint;
  readonly color: 'red' | 'yellow' | 'blue';
}

/** Lines to print, without line ends. At most `MOST_LINES` lines of the file are shown. */
export function codeFrame(text: string, index: LineIndex, at: Span, options: FrameOptions): readonly string[] {
  const { paint, color, width } = options;
  const start = index.positionAt(at.start);
  const end = index.positionAt(Math.max(at.start, at.end));
  // A range that ends before the first character of a line ends with the line before.
  const lastLine = end.column === 0 && end.line > start.line ? end.line - 1 : end.line;
  const numberWidth = String(lastLine + 1).length;
  const room = Math.max(20, width - numberWidth - 3);
  const frame: string[] = [];
  for (const line of shownLines(start.line, lastLine)) {
    if (line === 'gap') {
      frame.push(paint('dim', `${' '.repeat(numberWidth)} ⋮`));
      continue;
    }
    const content = lineAt(text, index, line);
    const from = line === start.line ? start.column : indentOf(content);
    const to = line === end.line ? end.column : content.length;
    const { shown, before, marked } = around(content, from, Math.max(to, from), room);
    frame.push(`${paint('dim', `${String(line + 1).padStart(numberWidth)} │`)} ${shown}`.trimEnd());
    const underline = paint(color, '^'.repeat(Math.max(1, marked)));
    frame.push(`${paint('dim', `${' '.repeat(numberWidth)} │`)} ${' '.repeat(before)}${underline}`);
  }
  return frame;
}

const MOST_LINES = 4;

function shownLines(first: number, last: number): readonly (number | 'gap')[] {
  if (last - first < MOST_LINES) return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return [first, first + 1, 'gap', last];
}

function lineAt(text: string, index: LineIndex, line: number): string {
  return text.slice(index.startOfLine(line), index.startOfLine(line + 1)).replace(/[\r\n]+$/, '');
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

interface Window {
  readonly shown: string;
  /** Cells before the marked ones. */
  readonly before: number;
  readonly marked: number;
}

/** A line of a megabyte is not looked at whole to show a hundred characters of it. */
const LONG_LINE = 4000;

function around(line: string, from: number, to: number, room: number): Window {
  if (line.length <= LONG_LINE) return windowOf(cellsOf(line), from, to, room);
  const begin = Math.max(0, from - LONG_LINE / 4);
  // Text that is left out stands as one character, so that the cut shows.
  const part = `${begin > 0 ? ' ' : ''}${line.slice(begin, begin + LONG_LINE)}`;
  const shift = begin - (begin > 0 ? 1 : 0);
  return windowOf(cellsOf(part), from - shift, Math.min(to - shift, part.length), room);
}

/** The part of the line around the columns `from` to `to` that fits into `room` cells; cut ends are shown as `…`. */
function windowOf(cells: readonly Cell[], from: number, to: number, room: number): Window {
  const first = indexAt(cells, from);
  const last = Math.max(first, to > from ? indexAt(cells, to - 1) + 1 : first);
  const total = widthOf(cells, 0, cells.length);
  let begin = 0;
  let end = cells.length;
  if (total > room) {
    // As much of the range as fits, then half of what is left on each side.
    const marked = Math.min(widthOf(cells, first, last), room - 2);
    const context = Math.max(0, room - 2 - marked);
    begin = back(cells, first, Math.floor(context / 2));
    end = forth(cells, begin, room - 2);
    if (end === cells.length) begin = back(cells, end, room - 1);
    if (begin === 0) end = forth(cells, 0, room - 1);
  }
  const prefix = begin > 0 ? '…' : '';
  const suffix = end < cells.length ? '…' : '';
  const visibleLast = Math.min(last, end);
  return {
    shown:
      prefix +
      cells
        .slice(begin, end)
        .map(cell => cell.shown)
        .join('') +
      suffix,
    before: prefix.length + widthOf(cells, begin, first),
    marked: widthOf(cells, first, visibleLast) + (last > end ? 1 : 0),
  };
}

function indexAt(cells: readonly Cell[], column: number): number {
  const found = cells.findIndex(cell => column < cell.end);
  return found < 0 ? cells.length : found;
}

function widthOf(cells: readonly Cell[], from: number, to: number): number {
  let width = 0;
  for (let i = from; i < to; i++) width += cells[i]?.width ?? 0;
  return width;
}

/** The first index from which the cells up to `end` take no more than `room`. */
function back(cells: readonly Cell[], end: number, room: number): number {
  let left = room;
  let i = end;
  while (i > 0 && left >= (cells[i - 1]?.width ?? 0)) left -= cells[--i]?.width ?? 0;
  return i;
}

/** The index behind the last cell that still fits. */
function forth(cells: readonly Cell[], begin: number, room: number): number {
  let left = room;
  let i = begin;
  while (i < cells.length && left >= (cells[i]?.width ?? 0)) left -= cells[i++]?.width ?? 0;
  return i;
}
