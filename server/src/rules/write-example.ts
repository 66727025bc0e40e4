/** Examples written back in their notation: for pages, and so that a failing test shows what was found as it would be marked. */

import { LineIndex } from '../base/line-index.ts';
import { byPlace, type ExampleMark } from './example.ts';

/** The text with its marks, each below the line it marks. Columns align only where every character is as wide as a letter. */
export function writeMarks(text: string, marks: readonly ExampleMark[]): string {
  const lines = text.replace(/\n$/, '').split('\n');
  const index = new LineIndex(text);
  const below = new Map<number, string[]>();
  const put = (line: number, mark: string) => {
    const known = below.get(line);
    if (known) known.push(mark);
    else below.set(line, [mark]);
  };
  const written: string[] = [];
  for (const mark of [...marks].sort(byPlace)) {
    const message = mark.severity ? `${mark.severity}: ${mark.message}` : mark.message;
    if (mark.at === 'file') {
      written.push(`!!! ${message}`);
      continue;
    }
    const start = index.positionAt(mark.at.start);
    const end = index.positionAt(mark.at.end);
    const indent = ' '.repeat(start.column);
    if (mark.at.start === mark.at.end) put(start.line, `${indent}^0 ${message}`);
    else if (start.line === end.line) put(start.line, `${indent}${'^'.repeat(end.column - start.column)} ${message}`);
    else {
      const rest = Math.max(1, (lines[start.line]?.length ?? 0) - start.column);
      put(start.line, `${indent}${'^'.repeat(rest)}> ${message}`);
      put(end.line, `${'^'.repeat(Math.max(1, end.column))}<`);
    }
  }
  for (let i = 0; i < lines.length; i++) written.push(lines[i] as string, ...(below.get(i) ?? []));
  return written.join('\n');
}
