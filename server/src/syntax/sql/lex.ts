import { UNKNOWN } from '../../base/source-map.ts';
import { isDigit, isSpace, isWordPart, isWordStart } from './characters.ts';
import type { Dialect } from './dialect.ts';
import { type DialectSyntax, syntaxOf } from './dialect-syntax.ts';
import { dollarTags, endOfBlockComment, endOfLine, endOfQuoted, type QuoteStyle } from './lex-quotes.ts';
import { operatorEnd } from './operators.ts';
import type { Token, TokenKind } from './tree.ts';
import { internWord, isReserved } from './words.ts';

const UNKNOWN_CODE = UNKNOWN.charCodeAt(0);

/**
 * The tokens of a SQL text of any dialect, spaces and comments included: joined in order they give the text back.
 * Every character is looked at a bounded number of times.
 *
 * What is never closed must not swallow the models behind it: an open quote, comment or dollar quote becomes one `invalid`
 * token up to the end of its line, and reading goes on in the next. A quote whose partner stands on a later line is only
 * taken as a string of several lines when the partner looks like an end (see `endOfQuoted`). An open quote with a bracket
 * behind it is `invalid` alone: a bracket that it took along would leave its partner far below without one.
 *
 * `significant` leaves out spaces and comments, which are half of most texts and which no parser looks at.
 */
export function lex(text: string, dialect: Dialect, which: 'all' | 'significant' = 'all'): Token[] {
  const syntax = syntaxOf(dialect);
  const tokens: Token[] = [];
  const length = text.length;
  let nextUnknown = placeOfUnknown(text, 0);
  let nesting = syntax.nestedComments;
  let tags: ReadonlyMap<string, number> | undefined;
  /** The last token that is neither space nor comment. */
  let last: Token | undefined;
  let at = 0;
  const isLossless = which === 'all';

  while (at < length) {
    const code = text.charCodeAt(at);
    const next = at + 1 < length ? text.charCodeAt(at + 1) : 0;
    let kind: TokenKind;
    let end = at + 1;
    let word = '';

    if (isSpace(code)) {
      kind = 'space';
      while (end < length && isSpace(text.charCodeAt(end))) end++;
    } else if (code === UNKNOWN_CODE || isWordStart(code)) {
      let unknowns = code === UNKNOWN_CODE ? 1 : 0;
      let behind = next;
      while (
        isWordPart(behind) ||
        (behind === HASH && syntax.hashInNames && isWordPart(text.charCodeAt(end + 1) || 0))
      ) {
        if (behind === UNKNOWN_CODE) unknowns++;
        end++;
        behind = end < length ? text.charCodeAt(end) : 0;
      }
      if (unknowns === end - at) {
        // Placeholders side by side are several placeholders, each of which may be anything.
        kind = 'unknown';
        end = at + 1;
      } else if ((behind === SINGLE || behind === DOUBLE) && isStringPrefix(text, at, end, behind, syntax)) {
        const quoted = quotedEnd(text, at, end, prefixedStyle(text, at, end, syntax));
        kind = quoted < 0 ? 'invalid' : 'string';
        end = Math.abs(quoted);
      } else {
        kind = 'word';
        word = internWord(text, at, end);
      }
    } else if (isDigit(code) || (code === DOT && isDigit(next) && !isAdjacentOperand(last, at))) {
      kind = 'number';
      const isPosition = code !== DOT && last !== undefined && last.end === at && last.word === '.';
      end = endOfNumber(text, at, isPosition);
      let after = end;
      while (after < length && isWordPart(text.charCodeAt(after))) after++;
      if (after > end) {
        if (text.charCodeAt(end) === UNKNOWN_CODE || SUFFIX.test(text.slice(end, after))) end = after;
        else if (syntax.digitNames && isAllWord(text, at, end)) {
          kind = 'word';
          end = after;
          word = internWord(text, at, end);
        }
      }
    } else if (code === SINGLE || (code === DOUBLE && syntax.doubleQuotedStrings)) {
      const quoted = quotedEnd(text, at, at, stringStyle(text, at, syntax));
      kind = quoted < 0 ? 'invalid' : 'string';
      end = Math.abs(quoted);
    } else if (
      code === DOUBLE ||
      code === BACKTICK ||
      (code === OPEN_BRACKET && isBracketName(text, at, next, last, syntax.bracketIdentifiers))
    ) {
      const quoted = quotedEnd(text, at, at, NAME_STYLE);
      kind = quoted < 0 ? 'invalid' : 'quoted';
      end = Math.abs(quoted);
    } else if (code === DASH && next === DASH) {
      kind = 'comment';
      end = endOfLine(text, at);
    } else if (code === SLASH && next === STAR) {
      const comment = endOfBlockComment(text, at, nesting);
      if (comment.isBroken) nesting = false;
      kind = comment.end < 0 ? 'invalid' : 'comment';
      end = comment.end < 0 ? endOfLine(text, at) : comment.end;
    } else if (
      (code === SLASH && next === SLASH && isSlashComment(text, at, last, syntax.slashComments)) ||
      (code === HASH && isLineComment(text, at, syntax.hashComments))
    ) {
      kind = 'comment';
      end = endOfLine(text, at);
    } else if (code === HASH && syntax.hashNames && (isWordStart(next) || next === HASH)) {
      kind = 'word';
      while (end < length && (isWordPart(text.charCodeAt(end)) || text.charCodeAt(end) === HASH)) end++;
      word = internWord(text, at, end);
    } else if (code === DOLLAR) {
      const tag = syntax.dollarQuotes && !isDigit(next) ? dollarTagAt(text, at) : undefined;
      if (tag === undefined) {
        kind = 'parameter';
        end = endOfDollar(text, at, next);
      } else {
        tags ??= dollarTags(text);
        const isClosed = (tags.get(tag) ?? -1) >= at + tag.length;
        kind = isClosed ? 'string' : 'invalid';
        end = isClosed ? text.indexOf(tag, at + tag.length) + tag.length : endOfLine(text, at);
      }
    } else if (code === AT && (isWordStart(next) || next === AT || next === TILDE || next === PERCENT)) {
      if (next === AT) end++;
      const nameStart = end;
      while (end < length && isWordPart(text.charCodeAt(end))) end++;
      // `@~` and `@%table` are stages of Snowflake; `@@` alone is an operator of Postgres.
      if (end === nameStart && (next === TILDE || next === PERCENT)) {
        end++;
        while (end < length && isWordPart(text.charCodeAt(end))) end++;
      }
      kind = end === nameStart ? 'operator' : 'parameter';
      if (end === nameStart) word = '@@';
    } else if (
      code === COLON &&
      isWordPart(next) &&
      next !== UNKNOWN_CODE &&
      !isOperandEnd(last) &&
      !isPathField(text, last, at)
    ) {
      kind = 'parameter';
      while (end < length && isWordPart(text.charCodeAt(end))) end++;
    } else if (code === QUESTION && next !== BAR && next !== AMPERSAND) {
      kind = 'parameter';
    } else {
      end = operatorEnd(text, at, code, next);
      if (end > at) {
        kind = 'operator';
        word = internWord(text, at, end);
      } else {
        kind = 'invalid';
        end = at + (code >= 0xd800 && code <= 0xdbff && next >= 0xdc00 && next <= 0xdfff ? 2 : 1);
      }
    }

    const isSignificant = kind !== 'space' && kind !== 'comment';
    if (isSignificant || isLossless) {
      if (nextUnknown < at) nextUnknown = placeOfUnknown(text, at);
      const token: Token = { kind, start: at, end, word, hasUnknown: nextUnknown < end };
      tokens.push(token);
      if (isSignificant) last = token;
    }
    at = end;
  }
  return tokens;
}

/** Where the next placeholder stands; the length of the text when there is none. */
function placeOfUnknown(text: string, from: number): number {
  const found = text.indexOf(UNKNOWN, from);
  return found < 0 ? text.length : found;
}

/**
 * The end of the quoted thing whose quote stands at `quoteAt`, behind its prefix if it has one. Negative when it is never
 * closed: the end, negated, of what is then taken for invalid.
 */
function quotedEnd(text: string, start: number, quoteAt: number, style: QuoteStyle): number {
  const end = endOfQuoted(text, quoteAt, style);
  if (end >= 0) return end;
  const lineEnd = endOfLine(text, quoteAt);
  return -(hasBracket(text, quoteAt + 1, lineEnd) ? quoteAt + 1 : endOfLine(text, start));
}

/** `$$` or `$tag$` at this place. */
function dollarTagAt(text: string, at: number): string | undefined {
  let end = at + 1;
  while (end < text.length && isWordPart(text.charCodeAt(end)) && text.charCodeAt(end) !== DOLLAR) end++;
  return text.charCodeAt(end) === DOLLAR ? text.slice(at, end + 1) : undefined;
}

const SINGLE = 0x27;
const DOUBLE = 0x22;
const BACKTICK = 0x60;
const DASH = 0x2d;
const SLASH = 0x2f;
const STAR = 0x2a;
const HASH = 0x23;
const DOLLAR = 0x24;
const AT = 0x40;
const COLON = 0x3a;
const QUESTION = 0x3f;
const BAR = 0x7c;
const AMPERSAND = 0x26;
const OPEN_BRACKET = 0x5b;
const DOT = 0x2e;
const TILDE = 0x7e;
const PERCENT = 0x25;

const HEX_DIGIT = /[0-9a-fA-F_]/;
/** Numbers of Spark and Hive: 10L, 1.5BD. */
const SUFFIX = /^(?:l|s|y|d|f|bd)$/i;
const NAME_STYLE: QuoteStyle = { escapes: 'no', isTriple: false, mayWrap: false };

function stringStyle(text: string, at: number, syntax: DialectSyntax): QuoteStyle {
  return { escapes: syntax.backslashEscapes, isTriple: syntax.tripleQuotes && isTriple(text, at), mayWrap: true };
}

function prefixedStyle(text: string, start: number, quoteAt: number, syntax: DialectSyntax): QuoteStyle {
  const prefix = text.slice(start, quoteAt).toLowerCase();
  const isTripled = syntax.tripleQuotes && isTriple(text, quoteAt);
  // Even in a raw string a backslash keeps the quote behind it from closing (BigQuery, Spark 3 with r'…' alone does not).
  if (prefix.includes('r')) return { escapes: syntax.tripleQuotes ? 'yes' : 'no', isTriple: isTripled, mayWrap: true };
  return { escapes: prefix === 'e' ? 'yes' : syntax.backslashEscapes, isTriple: isTripled, mayWrap: true };
}

function isTriple(text: string, at: number): boolean {
  const quote = text.charCodeAt(at);
  return text.charCodeAt(at + 1) === quote && text.charCodeAt(at + 2) === quote;
}

/** r'…', b'…', rb'…', e'…', n'…', x'…', u&'…' is read as a word, an operator and a string. */
function isStringPrefix(text: string, start: number, end: number, quote: number, syntax: DialectSyntax): boolean {
  if (end - start > 2) return false;
  // In the union of the dialects `r"\d+"` is a raw string too: a column glued to a quoted alias is not written by anybody.
  if (quote === DOUBLE && !syntax.doubleQuotedStrings) {
    return syntax.backslashEscapes === 'maybe' && /^(?:r|b|rb|br)$/i.test(text.slice(start, end));
  }
  switch (text.slice(start, end).toLowerCase()) {
    case 'r':
    case 'b':
    case 'rb':
    case 'br':
    case 'e':
    case 'n':
    case 'x':
      return true;
    default:
      return false;
  }
}

function isLineComment(text: string, at: number, mode: 'yes' | 'no' | 'maybe'): boolean {
  if (mode !== 'maybe') return mode === 'yes';
  // The union of the dialects: a comment only where an operator could not stand, at the start of a line.
  let before = at - 1;
  while (before >= 0 && at - before < 200) {
    const code = text.charCodeAt(before);
    if (code === 0x0a || code === 0x0d) return true;
    if (!isSpace(code)) return false;
    before--;
  }
  return before < 0;
}

/** `a, // why`: a division cannot stand where there is nothing yet to divide, nor behind `as name`. */
function isSlashComment(text: string, at: number, last: Token | undefined, mode: 'yes' | 'no' | 'maybe'): boolean {
  return isLineComment(text, at, mode) || (mode === 'maybe' && (!isOperandEnd(last) || isAlias(text, last)));
}

function isAlias(text: string, last: Token | undefined): boolean {
  if (last === undefined || (last.kind !== 'word' && last.kind !== 'quoted')) return false;
  return /(?:^|[\s)\]'"`])as\s+$/i.test(text.slice(Math.max(0, last.start - 40), last.start));
}

/** Behind the last token an operator goes on: it is an operand or closes one. */
function isOperandEnd(last: Token | undefined): boolean {
  if (last === undefined) return false;
  if (last.kind === 'operator') return last.word === ')' || last.word === ']' || last.word === '}' || last.word === '[';
  return last.kind !== 'word' || !isReserved(last.word);
}

/** `from` of `value:point:from:latitude`: behind a colon every word is a field. */
function isPathField(text: string, last: Token | undefined, at: number): boolean {
  return last?.kind === 'word' && last.end === at && text.charCodeAt(last.start - 1) === COLON;
}

function isAdjacentOperand(last: Token | undefined, at: number): boolean {
  return last !== undefined && last.end === at && isOperandEnd(last);
}

/** `[a b]` and `[dbo].[t]` of T-SQL; where nobody says the dialect, an array is likelier unless it cannot be one. */
function isBracketName(
  text: string,
  at: number,
  next: number,
  last: Token | undefined,
  mode: 'yes' | 'no' | 'maybe',
): boolean {
  if (mode === 'no' || (isAdjacentOperand(last, at) && (mode === 'maybe' || isDigit(next)))) return false;
  if (mode === 'yes') return true;
  BRACKET_NAME.lastIndex = at;
  const found = BRACKET_NAME.exec(text);
  if (found === null) return false;
  if (last?.word === '.' || text.charCodeAt(BRACKET_NAME.lastIndex) === DOT) return true;
  if (found[1] === undefined && (NO_ELEMENT.test(found[0]) || hasBracketNames(text))) return true;
  return (
    found[1] !== undefined && !/\b(?:for|is|not|in|and|or|case|null|interval|date|timestamp|time)\b/i.test(found[0])
  );
}

/** Words alone; the group tells whether there are several. */
const BRACKET_NAME = /\[[A-Za-z_]\w{0,60}( [\w ]{1,60})?\]/y;

/** Words that are no element of an array by themselves. */
const NO_ELEMENT =
  /^\[(?:as|by|desc|end|from|group|having|into|join|on|order|select|then|union|using|when|where|with)\]$/i;

/** The text shows elsewhere that its brackets are names. Asked for bracket by bracket, so the last answer is kept. */
function hasBracketNames(text: string): boolean {
  if (bracketed.text !== text) bracketed = { text, answer: BRACKET_NAMES.test(text) };
  return bracketed.answer;
}

let bracketed = { text: '', answer: false };
const BRACKET_NAMES =
  /\.\[[A-Za-z_]\w{0,60}\]|\[[A-Za-z_]\w{0,60}\]\.[[A-Za-z_]|(?<![\w\])])\[(?:end|from|group|order|select|then|when|where)\]/i;

function isAllWord(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (!isWordPart(text.charCodeAt(i))) return false;
  return true;
}

/** 12, 1_000, 0xab, 1.5, .5, 1e5, 1.5e-3. Behind a dot (`t.1`) digits alone. */
function endOfNumber(text: string, start: number, isPosition: boolean): number {
  let at = start;
  if (text.charCodeAt(at) === 0x30) {
    const base = text.charCodeAt(at + 1) | 0x20;
    // `0x` alone is an empty binary value (Trino).
    const isBare = base === 0x78 && !isWordPart(text.charCodeAt(at + 2) || 0);
    if (isBare || ((base === 0x78 || base === 0x62 || base === 0x6f) && HEX_DIGIT.test(text.charAt(at + 2)))) {
      at += 2;
      while (at < text.length && HEX_DIGIT.test(text.charAt(at))) at++;
      return at;
    }
  }
  at = endOfDigits(text, at);
  if (isPosition) return at;
  // `1..2` does not occur, but `1.` does; a word behind the dot is not part of the number.
  if (text.charCodeAt(at) === DOT && text.charCodeAt(at + 1) !== DOT && !isWordStart(text.charCodeAt(at + 1) || 0)) {
    at = endOfDigits(text, at + 1);
  } else if (text.charCodeAt(at) === DOT && /^\.[eE][+-]?\d/.test(text.slice(at, at + 4))) {
    at++;
  }
  const e = text.charCodeAt(at);
  if (e === 0x65 || e === 0x45) {
    const sign = text.charCodeAt(at + 1);
    const digits = sign === 0x2b || sign === 0x2d ? at + 2 : at + 1;
    if (isDigit(text.charCodeAt(digits))) at = endOfDigits(text, digits);
  }
  return at;
}

function endOfDigits(text: string, start: number): number {
  let at = start;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (!isDigit(code) && !(code === 0x5f && isDigit(text.charCodeAt(at + 1)) && at > start)) break;
    at++;
  }
  return at;
}

/** $1, $name, ${name} of Hive and Databricks, or `$` alone. */
function endOfDollar(text: string, start: number, next: number): number {
  let at = start + 1;
  if (next === 0x7b) {
    const close = text.slice(at, at + 200).search(/[}\n]/);
    if (close > 0 && text.charCodeAt(at + close) === 0x7d) return at + close + 1;
    return at;
  }
  while (at < text.length && isWordPart(text.charCodeAt(at))) at++;
  return at;
}

function hasBracket(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x28 || code === 0x29) return true;
  }
  return false;
}
