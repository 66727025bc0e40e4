/** Programs around statements: bodies of procedures, `begin … end`, `if … then`. What they decide is passed over, what they write is read. */

import { startsCte } from './brackets.ts';
import type { Cursor } from './cursor.ts';

/** Words behind which a statement may start without a `;` before it. */
const OPENERS = new Set(['begin', 'then', 'else', 'do', 'loop', 'go', 'as', 'is', 'atomic', 'declare']);

/** Passes over a statement that nobody reads, up to its end or to a change of data inside of it; `whole` for all of it. */
export function skipToProgram(c: Cursor, whole: boolean): void {
  if (whole) {
    c.pos = c.end;
    return;
  }
  while (!c.isAtEnd() && !startsInProgram(c)) c.skipOne();
}

/** A statement that changes data starts here, behind a word of a program or on a line of its own. */
export function startsInProgram(c: Cursor): boolean {
  return startsChange(c) && (OPENERS.has(c.tokens[c.pos - 1]?.word ?? '') || isFirstOnLine(c));
}

function isFirstOnLine(c: Cursor): boolean {
  const before = c.tokens[c.pos - 1];
  const token = c.tokens[c.pos];
  return before !== undefined && token !== undefined && /[\r\n]/.test(c.text.slice(before.end, token.start));
}

/** More than the first word: `grant update on t`, `after insert on t` and `then update set` are no statements. */
function startsChange(c: Cursor): boolean {
  switch (c.word()) {
    case 'merge':
      return (
        c.word(1) === 'into' ||
        (isNameStart(c, 1) &&
          (c.word(2) === 'using' || c.word(2) === 'as' || c.word(2) === '.' || c.word(3) === 'using'))
      );
    case 'insert':
      return c.word(1) === 'into' || c.word(1) === 'overwrite';
    case 'update':
      return (
        isNameStart(c, 1) &&
        (/^(?:set|\.|as|join|inner|left)$/.test(c.word(2)) || /^(?:set|join|inner|left)$/.test(c.word(3)))
      );
    case 'delete':
      return c.word(1) === 'from';
    case 'with':
      return startsCte(c.tokens, c.pos + 1);
    default:
      return false;
  }
}

function isNameStart(c: Cursor, ahead: number): boolean {
  return (c.kind(ahead) === 'word' && c.word(ahead) !== 'set') || c.kind(ahead) === 'quoted' || c.isUnknown(ahead);
}
