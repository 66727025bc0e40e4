/** How a quoted thing is read. */
export interface QuoteStyle {
  /** A backslash escapes the next character. */
  readonly escapes: 'yes' | 'no' | 'maybe';
  readonly isTriple: boolean;
  /** It may go over several lines. Names never do. */
  readonly mayWrap: boolean;
}

/**
 * The end of the quoted thing whose quote stands at `at`, or -1 when it is not closed.
 *
 * A string may go over several lines, but more often its closing quote is not typed yet, and the next quote opens another
 * string far below. The line on which the candidate stands tells: read by itself, the last line of a long string has an odd
 * number of quotes, while a line with strings of its own has an even number.
 */
export function endOfQuoted(text: string, at: number, style: QuoteStyle): number {
  const open = text.charCodeAt(at);
  const quote = open === 0x5b ? 0x5d : open;
  if (style.isTriple) return endOfTriple(text, at, quote);
  let i = at + 1;
  let wraps = false;
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x0a || code === 0x0d) {
      if (!style.mayWrap) return -1;
      wraps = true;
    } else if (code === 0x5c && style.escapes !== 'no') {
      if (style.escapes === 'yes' || isEscaped(text, i, quote)) i++;
    } else if (code === quote) {
      if (text.charCodeAt(i + 1) === quote) i++;
      else break;
    }
  }
  if (i >= text.length) return -1;
  if (wraps && !looksLikeEnd(text, i, quote)) return -1;
  return i + 1;
}

function endOfTriple(text: string, at: number, quote: number): number {
  const fence = String.fromCharCode(quote, quote, quote);
  let found = text.indexOf(fence, at + 3);
  while (found > 0 && isBackslashed(text, found)) found = text.indexOf(fence, found + 1);
  return found < 0 ? -1 : found + 3;
}

function isBackslashed(text: string, at: number): boolean {
  let count = 0;
  while (count < 64 && text.charCodeAt(at - 1 - count) === 0x5c) count++;
  return count % 2 === 1;
}

/**
 * Where it is not known whether a backslash escapes: `'\'` then `)` or a space is a whole string, `'it\'s'` goes on.
 */
function isEscaped(text: string, at: number, quote: number): boolean {
  if (text.charCodeAt(at + 1) === 0x5c) return true;
  if (text.charCodeAt(at + 1) !== quote) return false;
  const after = text.charCodeAt(at + 2);
  return after === quote || /[\p{L}\p{N}_\\]/u.test(text.charAt(at + 2));
}

function looksLikeEnd(text: string, at: number, quote: number): boolean {
  if (/[\p{L}\p{N}_]/u.test(text.charAt(at + 1))) return false;
  let start = at;
  while (start > 0 && text.charCodeAt(start - 1) !== 0x0a) start--;
  let count = 0;
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x0a) break;
    if (code === quote) count++;
    else if (code === 0x2d && text.charCodeAt(i + 1) === 0x2d && i > at && count % 2 === 1) break;
  }
  return count % 2 === 1;
}

/**
 * The end of the comment that starts at `at`; -1 when it is never closed. Where comments nest and the inner ones leave it
 * open to the end of the text, the first end is taken, and `isBroken` says that nesting is not to be trusted further on.
 */
export function endOfBlockComment(text: string, at: number, nests: boolean): { end: number; isBroken: boolean } {
  const first = text.indexOf('*/', at + 2);
  if (first < 0) return { end: -1, isBroken: false };
  if (!nests) return { end: first + 2, isBroken: false };
  let depth = 1;
  let i = at + 2;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if (code === 0x2a && text.charCodeAt(i + 1) === 0x2f) {
      depth--;
      i += 2;
      if (depth === 0) return { end: i, isBroken: false };
    } else if (code === 0x2f && text.charCodeAt(i + 1) === 0x2a) {
      depth++;
      i += 2;
    } else {
      i++;
    }
  }
  return { end: first + 2, isBroken: true };
}

export function endOfLine(text: string, at: number): number {
  let i = at;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if (code === 0x0a || code === 0x0d) break;
    i++;
  }
  return i;
}

/** Where each `$tag$` of the text stands last; asked for once, so that no open tag is searched for twice. */
export function dollarTags(text: string): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  for (const found of text.matchAll(/\$(?=([\p{L}_]?[\p{L}\p{N}_]{0,62}\$))/gu)) {
    last.set(`$${found[1]}`, found.index);
  }
  return last;
}
