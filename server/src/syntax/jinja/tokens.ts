/** The words of an expression, and cutting a tag's inside into them. */

import { internText } from '../../base/intern.ts';

export type TokenKind = 'name' | 'integer' | 'float' | 'string' | 'operator' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** Name, operator as written (`<>` excepted, which Jinja lacks), or a string's contents with escapes resolved. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** How a tag was closed: by its own delimiter, by the wrong one, or not at all. */
export type TagEnd = 'closed' | 'mismatched' | 'unclosed';

export interface LexedTag {
  readonly tokens: readonly Token[];
  /** Where the delimiter that closes the tag (with its `-` or `+`) begins; where the tag stops when it is unclosed. */
  readonly innerEnd: number;
  /** Behind the delimiter. */
  readonly end: number;
  readonly ending: TagEnd;
  /** `-` before the closing delimiter: white space behind the tag goes. */
  readonly trimsAfter: boolean;
  readonly faults: readonly Fault[];
}

export interface Fault {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Cuts the inside of `{{ … }}` or `{% … %}` into tokens. `from` stands behind the opening delimiter, `close` is `}` or `%`.
 * A tag without end stops at the end of the line on which it begins, so that half-typed text costs one line.
 */
export function lexTag(text: string, from: number, close: '}' | '%', budget: { left: number }): LexedTag {
  const strict = lex(text, from, close, budget.left <= 0);
  budget.left -= strict.read - from;
  // A string that runs over half a tag may have lost its quote, unless everything else makes sense.
  if (!strict.isSuspicious || (strict.ending === 'closed' && isPlausible(strict.tokens))) return strict;
  return lex(text, from, close, true);
}

interface Attempt extends LexedTag {
  /** A string in it holds half of another tag. */
  readonly isSuspicious: boolean;
  /** How far the text was looked at. */
  readonly read: number;
}

/** Words that may stand beside a string. */
const JOINING_WORDS: ReadonlySet<string> = new Set([
  'and',
  'or',
  'not',
  'if',
  'else',
  'elif',
  'in',
  'is',
  'recursive',
  'set',
  'do',
  'print',
  'for',
  'call',
  'import',
  'from',
  'include',
  'extends',
  'as',
]);

/** No string stands directly beside a name or a number, as happens when a quote is missing and all that follow change sides. */
function isPlausible(tokens: readonly Token[]): boolean {
  for (let i = 1; i < tokens.length; i++) {
    const a = tokens[i - 1] as Token;
    const b = tokens[i] as Token;
    const word = a.kind === 'string' ? b : b.kind === 'string' ? a : undefined;
    if (word && (word.kind === 'integer' || word.kind === 'float')) return false;
    if (
      word?.kind === 'name' &&
      !JOINING_WORDS.has(word.text) &&
      tokens[i - 2]?.text !== 'is' &&
      tokens[i - 2]?.text !== 'not'
    )
      return false;
  }
  return true;
}

function lex(text: string, from: number, close: '}' | '%', cutsStrings: boolean): Attempt {
  let isSuspicious = false;
  const tokens: Token[] = [];
  const faults: Fault[] = [];
  const brackets: Brackets = { stack: [], counts: { '(': 0, '[': 0, '{': 0 } };
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isSpace(code)) {
      at++;
      continue;
    }
    const next = text.charCodeAt(at + 1);
    const open = brackets.stack[brackets.stack.length - 1];
    // `-%}`, `+%}`, `-}}`: white space control belongs to the delimiter.
    const controlled = (code === 45 || code === 43) && isClose(text, at + 1, close);
    if (controlled || isClose(text, at, close)) {
      // In `{{ {'a': {}} }}` braces close dictionaries first.
      if (open !== '{' || close === '%') {
        const end = at + (controlled ? 3 : 2);
        return finish(tokens, at, end, 'closed', controlled && code === 45, faults, isSuspicious, end);
      }
    }
    const other = close === '}' ? code === 37 && next === 125 : code === 125 && next === 125 && open !== '{';
    if (other) return finish(tokens, at, at + 2, 'mismatched', false, faults, isSuspicious, at);
    // A single `}` that closes nothing was meant to close the tag; so was the last of `{'a': 1 }}`.
    if (code === 125 && brackets.counts['{'] === 0) {
      return finish(tokens, at, at + 1, 'mismatched', false, faults, isSuspicious, at);
    }
    if (code === 123 && (next === 123 || next === 37 || next === 35)) break;
    if (isNameStart(code)) {
      const start = at++;
      while (at < text.length && isNamePart(text.charCodeAt(at))) at++;
      tokens.push({ kind: 'name', text: internText(text, start, at), start, end: at });
    } else if (code >= 48 && code <= 57) {
      at = lexNumber(text, at, tokens);
    } else if (code === 39 || code === 34) {
      const token = lexString(text, at, faults, cutsStrings);
      tokens.push(token);
      isSuspicious ||= token.isSuspicious;
      at = token.end;
    } else {
      at = lexOperator(text, at, tokens, brackets, faults);
    }
  }
  return cutAtLine(text, from, tokens, faults, isSuspicious, at);
}

function finish(
  tokens: Token[],
  innerEnd: number,
  end: number,
  ending: TagEnd,
  trimsAfter: boolean,
  faults: Fault[],
  isSuspicious: boolean,
  read: number,
): Attempt {
  tokens.push({ kind: 'end', text: '', start: innerEnd, end: innerEnd });
  return { tokens, innerEnd, end, ending, trimsAfter, faults, isSuspicious, read };
}

function cutAtLine(
  text: string,
  from: number,
  tokens: Token[],
  faults: Fault[],
  isSuspicious: boolean,
  read: number,
): Attempt {
  const lineEnd = endOfUnclosed(text, from, tokens);
  const kept = tokens.filter(token => token.end <= lineEnd);
  const keptFaults = faults.filter(fault => fault.start <= lineEnd);
  const last = kept[kept.length - 1];
  const innerEnd = last ? last.end : Math.min(from, lineEnd);
  // Text behind the last word belongs to the tag too; there is only white space, or the start of a word that was cut.
  return finish(kept, innerEnd, lineEnd, 'unclosed', false, keptFaults, isSuspicious, read);
}

/** Longest tag without end, in lines. */
const MAX_UNCLOSED_LINES = 40;
const STARTS_SQL = /^[ \t]*(?:$|[\r\n]|(?:select|with|from|where|join|left|inner|group|order|union|--)\b|--)/i;

/**
 * Where a tag without end stops: at the end of its line, or of the last line on which its parentheses stay open and which
 * does not look like SQL: `{{ config(` is written over many lines.
 */
function endOfUnclosed(text: string, from: number, tokens: readonly Token[]): number {
  let end = from;
  let at = 0;
  let depth = 0;
  for (let line = 0; line < MAX_UNCLOSED_LINES; line++) {
    while (end < text.length && !isLineEnd(text.charCodeAt(end)) && !opensTag(text, end)) end++;
    for (; at < tokens.length && (tokens[at] as Token).end <= end; at++) {
      const token = tokens[at] as Token;
      if (token.kind !== 'operator') continue;
      if ('([{'.includes(token.text)) depth++;
      else if (')]}'.includes(token.text)) depth--;
    }
    if (depth <= 0 || end >= text.length || !isLineEnd(text.charCodeAt(end))) return end;
    const next = end + (text.charCodeAt(end) === 13 && text.charCodeAt(end + 1) === 10 ? 2 : 1);
    if (STARTS_SQL.test(text.slice(next, next + 200)) || opensTag(text, next)) return end;
    end = next;
  }
  return end;
}

function opensTag(text: string, at: number): boolean {
  if (text.charCodeAt(at) !== 123) return false;
  const next = text.charCodeAt(at + 1);
  return next === 123 || next === 37 || next === 35;
}

function isLineEnd(code: number): boolean {
  return code === 10 || code === 13;
}

function isClose(text: string, at: number, close: '}' | '%'): boolean {
  return text.charCodeAt(at) === close.charCodeAt(0) && text.charCodeAt(at + 1) === 125;
}

/** What Python's \s takes for white space, and the byte order mark. */
function isSpace(code: number): boolean {
  if (code < 0x80) return code <= 32;
  return code === 0x85 || code === 0xa0 || code === 0xfeff || (code >= 0x1680 && UNICODE_SPACE.has(code));
}

const UNICODE_SPACE: ReadonlySet<number> = new Set([
  0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a, 0x2028, 0x2029,
  0x202f, 0x205f, 0x3000,
]);

function isNameStart(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    code === 95 ||
    (code > 0x2ff && !isSpace(code)) ||
    (code >= 0xc0 && code !== 0xd7 && code !== 0xf7)
  );
}

function isNamePart(code: number): boolean {
  return isNameStart(code) || (code >= 48 && code <= 57);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function lexNumber(text: string, start: number, tokens: Token[]): number {
  let at = start;
  const second = text.charCodeAt(start + 1) | 32;
  if (text.charCodeAt(start) === 48 && (second === 120 || second === 98 || second === 111)) {
    at += 2;
    while (isHexDigit(text.charCodeAt(at)) || text.charCodeAt(at) === 95) at++;
    if (at > start + 2) {
      tokens.push({ kind: 'integer', text: text.slice(start, at).replaceAll('_', ''), start, end: at });
      return at;
    }
    at = start;
  }
  const skipDigits = () => {
    while (isDigit(text.charCodeAt(at)) || (text.charCodeAt(at) === 95 && isDigit(text.charCodeAt(at + 1)))) at++;
  };
  skipDigits();
  let kind: TokenKind = 'integer';
  // `1.5`, but `t.0.name` reads items: a number behind a point has no fraction.
  const previous = tokens[tokens.length - 1];
  const behindPoint = previous?.kind === 'operator' && previous.text === '.';
  if (!behindPoint && text.charCodeAt(at) === 46 && isDigit(text.charCodeAt(at + 1))) {
    kind = 'float';
    at++;
    skipDigits();
  }
  if ((text.charCodeAt(at) | 32) === 101) {
    const sign = text.charCodeAt(at + 1);
    const digit = sign === 43 || sign === 45 ? at + 2 : at + 1;
    if (isDigit(text.charCodeAt(digit))) {
      kind = 'float';
      at = digit;
      skipDigits();
    }
  }
  tokens.push({ kind, text: text.slice(start, at).replaceAll('_', ''), start, end: at });
  return at;
}

function isHexDigit(code: number): boolean {
  return isDigit(code) || ((code | 32) >= 97 && (code | 32) <= 102);
}

/** `cutsStrings`: a string that holds half of another tag ends where that begins, because its quote is missing. */
function lexString(
  text: string,
  start: number,
  faults: Fault[],
  cutsStrings: boolean,
): Token & { isSuspicious: boolean } {
  const quote = text.charCodeAt(start);
  let at = start + 1;
  let escaped = false;
  let lines = false;
  let depth = 0;
  let stray = -1;
  let lineEnd = -1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === quote) break;
    if (code === 92) {
      escaped = true;
      at++;
    } else if (isLineEnd(code)) {
      lines = true;
      if (lineEnd < 0) lineEnd = at;
    } else if (opensTag(text, at)) {
      depth++;
      at++;
    } else if (text.charCodeAt(at + 1) === 125 && (code === 125 || code === 37)) {
      if (depth > 0) depth--;
      else if (stray < 0) stray = at;
      at++;
    }
    at++;
  }
  const unclosed = at >= text.length;
  const isSuspicious = (stray >= 0 && (lines || depth > 0)) || (lines && depth > 0);
  if (unclosed || (cutsStrings && isSuspicious)) {
    let end = stray >= 0 && (lineEnd < 0 || stray < lineEnd) ? stray : lineEnd >= 0 ? lineEnd : text.length;
    while (end > start + 1 && text.charCodeAt(end - 1) <= 32) end--;
    if (stray >= 0 && end <= stray && text.charCodeAt(end - 1) === 45) end--;
    // In `{{ ref('a) }}` the parenthesis was meant to close the call.
    while (end > start + 1 && (text[end - 1] === ')' || text.charCodeAt(end - 1) <= 32)) end--;
    faults.push({ message: `This text lacks its closing ${text[start]}.`, start, end });
    return { kind: 'string', text: text.slice(start + 1, end), start, end, isSuspicious: true };
  }
  const raw = text.slice(start + 1, at);
  return { kind: 'string', text: escaped ? resolveEscapes(raw) : raw, start, end: at + 1, isSuspicious };
}

const SIMPLE_ESCAPES: { readonly [letter: string]: string } = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\n': '',
};

/** Python's escapes; an unknown one stays as it is, back slash included. */
function resolveEscapes(raw: string): string {
  let result = '';
  let at = 0;
  while (at < raw.length) {
    const slash = raw.indexOf('\\', at);
    if (slash < 0 || slash + 1 >= raw.length) break;
    result += raw.slice(at, slash);
    const letter = raw[slash + 1] as string;
    const simple = SIMPLE_ESCAPES[letter];
    if (simple !== undefined) {
      result += simple;
      at = slash + 2;
      continue;
    }
    const digits = letter === 'x' ? 2 : letter === 'u' ? 4 : letter === 'U' ? 8 : 0;
    const hex = raw.slice(slash + 2, slash + 2 + digits);
    const code = digits > 0 && hex.length === digits && /^[0-9a-fA-F]+$/.test(hex) ? Number.parseInt(hex, 16) : -1;
    const octal = /^[0-7]{1,3}/.exec(raw.slice(slash + 1, slash + 4))?.[0];
    if (code >= 0 && code <= 0x10ffff) {
      result += String.fromCodePoint(code);
      at = slash + 2 + digits;
    } else if (octal !== undefined) {
      result += String.fromCharCode(Number.parseInt(octal, 8));
      at = slash + 1 + octal.length;
    } else {
      result += `\\${letter}`;
      at = slash + 2;
    }
  }
  return result + raw.slice(at);
}

/** Of two characters: those that end in `=`, and those that stand twice. */
const LONG_OPERATORS = ['==', '!=', '<=', '>=', '//', '**'];
const OPERATORS = '+-*/%~<>=()[]{}.,:|;!';
const OPENER_OF: { readonly [close: string]: string } = { ')': '(', ']': '[', '}': '{' };

interface Brackets {
  readonly stack: string[];
  /** How many of each opener are on the stack, so that a stray closer costs nothing. */
  readonly counts: { [open: string]: number };
}

function lexOperator(text: string, start: number, tokens: Token[], brackets: Brackets, faults: Fault[]): number {
  const second = text.charCodeAt(start + 1);
  const two = second === 61 || second === text.charCodeAt(start) ? text.slice(start, start + 2) : '';
  const operator = LONG_OPERATORS.includes(two) ? two : (text[start] as string);
  const end = start + operator.length;
  if (!OPERATORS.includes(operator[0] as string) || operator === '!' || operator === ';') {
    faults.push({ message: `'${operator}' has no meaning in Jinja.`, start, end });
    return end;
  }
  const opener = OPENER_OF[operator];
  if (operator === '(' || operator === '[' || operator === '{') {
    brackets.stack.push(operator);
    brackets.counts[operator] = (brackets.counts[operator] ?? 0) + 1;
  } else if (opener !== undefined && (brackets.counts[opener] ?? 0) > 0) {
    // `{'a': [1}`: what is open inside is closed with it.
    for (let open = brackets.stack.pop(); open !== undefined; open = brackets.stack.pop()) {
      brackets.counts[open] = (brackets.counts[open] ?? 1) - 1;
      if (open === opener) break;
    }
  }
  tokens.push({ kind: 'operator', text: operator, start, end });
  return end;
}
