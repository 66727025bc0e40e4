/** The edits that turn one text into another, whole lines at a time: what is the same stays, with the cursor and folds in it. */

import type { TextEdit } from './edit.ts';

export function diffTexts(before: string, after: string): TextEdit[] {
  if (before === after) return [];
  const a = splitLines(before);
  const b = splitLines(after);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const starts = [0];
  for (const line of a) starts.push((starts.at(-1) as number) + line.length);

  const edits: TextEdit[] = [];
  let from = head;
  let to = head;
  const changeUpTo = (aEnd: number, bEnd: number): void => {
    if (aEnd > from || bEnd > to) {
      const span = { start: starts[from] as number, end: starts[aEnd] as number };
      edits.push({ span, text: b.slice(to, bEnd).join('') });
    }
  };
  for (const [i, j] of commonLines(a.slice(head, a.length - tail), b.slice(head, b.length - tail))) {
    changeUpTo(head + i, head + j);
    from = head + i + 1;
    to = head + j + 1;
  }
  changeUpTo(a.length - tail, b.length - tail);
  return edits;
}

/** Past this many cells the middle is replaced in one piece. */
const TABLE_LIMIT = 4_000_000;

/** Each line with its line break. */
function splitLines(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
}

/** Indexes of a longest common subsequence of lines, in order. */
function commonLines(a: readonly string[], b: readonly string[]): [number, number][] {
  const width = b.length + 1;
  if (a.length === 0 || b.length === 0 || (a.length + 1) * width > TABLE_LIMIT) return [];
  const longest = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => longest[i * width + j] as number;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}
