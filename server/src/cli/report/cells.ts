/**
 * Text as a terminal shows it: how many cells each character takes, and nothing that could act on the terminal. A file
 * may hold escape sequences; they are shown, not obeyed.
 */

/** One character as people see it, with the offsets of its code units in the line. */
export interface Cell {
  readonly shown: string;
  /** 0 to 2, a tab up to 4. */
  readonly width: number;
  readonly start: number;
  readonly end: number;
}

const TAB = 4;

/** The line's characters in order. Tabs become spaces, control characters a dot. */
export function cellsOf(line: string): readonly Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  let offset = 0;
  for (const character of charactersOf(line)) {
    const end = offset + character.length;
    const shown = character === '\t' ? ' '.repeat(TAB - (column % TAB)) : visible(character);
    const width = character === '\t' ? shown.length : widthOf(shown);
    cells.push({ shown, width, start: offset, end });
    column += width;
    offset = end;
  }
  return cells;
}

/** Any text on one line without anything that could act on the terminal: messages, paths. */
export function harmless(text: string): string {
  return text.replace(/[\r\n\t]+/g, ' ').replace(UNSAFE, SHOWN);
}

/** Text of several lines, each harmless. */
export function harmlessLines(text: string): string {
  return text.split('\n').map(harmless).join('\n');
}

const SHOWN = '\u00B7';
// Control characters of both sets, and those that turn the direction of writing.
const UNSAFE = /[\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/gu;

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

function charactersOf(line: string): Iterable<string> {
  // Nearly all lines are plain; the segmenter is slow.
  if (/^[\t\u0020-\u007E]*$/.test(line)) return line;
  return [...segmenter.segment(line)].map(part => part.segment);
}

function visible(character: string): string {
  return character.replace(UNSAFE, SHOWN).replace(/[\uD800-\uDFFF]/gu, '\uFFFD');
}

/** Cells that one character takes: wide ones of East Asia and emoji two, combining marks alone none. */
function widthOf(character: string): number {
  if (character.length === 1 && character <= '\u007E') return 1;
  if (/^(?:\p{M}|[\u200B-\u200D])+$/u.test(character)) return 0;
  if (/\p{Emoji_Presentation}|\uFE0F/u.test(character)) return 2;
  return WIDE.test(character) ? 2 : 1;
}

// Blocks whose characters are wide in every terminal (Unicode Standard Annex 11: W and F).
const WIDE =
  /^[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{17000}-\u{18AFF}\u{1B000}-\u{1B2FF}\u{1F200}-\u{1F2FF}\u{20000}-\u{3FFFD}]/u;
