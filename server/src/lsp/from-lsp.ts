/** Places of LSP as offsets of the core. */

import type { Position, Range } from 'vscode-languageserver';
import type { LineIndex } from '../base/line-index.ts';
import type { Span } from '../base/span.ts';

/** A column behind the end of its line means the end of the line, before its line break. */
export function toOffset(lines: LineIndex, text: string, position: Position): number {
  const offset = lines.offsetAt({ line: position.line, column: position.character });
  const start = lines.startOfLine(position.line);
  let end = offset;
  while (end > start && (text[end - 1] === '\n' || text[end - 1] === '\r')) end--;
  return end;
}

export function toSpan(lines: LineIndex, text: string, range: Range): Span {
  return { start: toOffset(lines, text, range.start), end: toOffset(lines, text, range.end) };
}
