/** The lines in which two texts differ, as edits of the first: what is the same stays untouched. */

import type { TextEdit } from '../base/edit.ts';

/** Longer texts are compared by their common beginning and end alone. */
const MAX_CELLS = 4_000_000;

export function lineEdits(before: string, after: string): readonly TextEdit[] {
  if (before === after) return [];
  const [old, now] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  const shorter = Math.min(old.length, now.length) - start;
  while (end < shorter && old[old.length - 1 - end] === now[now.length - 1 - end]) end += 1;
  const offsets = offsetsOf(old);
  const edits: TextEdit[] = [];
  const replace = (from: number, to: number, first: number, last: number): void => {
    if (from === to && first === last) return;
    const span = { start: offsets[from] ?? before.length, end: offsets[to] ?? before.length };
    edits.push({ span, text: now.slice(first, last).join('') });
  };
  const rows = old.length - start - end;
  const columns = now.length - start - end;
  if (rows * columns > MAX_CELLS) {
    replace(start, start + rows, start, start + columns);
    return edits;
  }
  const common = commonLines(old.slice(start, start + rows), now.slice(start, start + columns));
  let [i, j] = [start, start];
  for (const [a, b] of [...common, [rows, columns] as const]) {
    replace(i, start + a, j, start + b);
    i = start + a + 1;
    j = start + b + 1;
  }
  return edits;
}

/** Places of the lines that both have, in order. */
function commonLines(a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const found: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) found.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return found;
}

/** With their breaks. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function offsetsOf(lines: readonly string[]): readonly number[] {
  const offsets: number[] = [0];
  let offset = 0;
  for (const line of lines) {
    offset += line.length;
    offsets.push(offset);
  }
  return offsets;
}
