/**
 * A light walk over YAML text that finds what must be hidden from a strict YAML parser, without parsing.
 *
 * Jinja outside quotes is no YAML: `{{ var('x') }}` reads as a map in a map, `{% if %}` cannot start a token. Quotes and
 * brackets that go on over lines are found too, because dbt's parser does not ask how those lines are indented.
 */

import type { Span } from '../../base/span.ts';

export interface Scan {
  /** Jinja outside quotes, block scalars and comments, in order. */
  readonly jinja: readonly FoundJinja[];
  /** Closed quotes over several lines, in order, those inside brackets too. */
  readonly quotes: readonly Span[];
  /** Line breaks inside balanced brackets, outside quotes, in order; together with the comment in front of them. */
  readonly breaks: readonly Span[];
  /** The comments among those. */
  readonly bracketComments: readonly Span[];
}

export interface FoundJinja {
  readonly span: Span;
  /** A statement or comment that stands alone on its line or lines. */
  readonly isAlone: boolean;
}

const CLOSERS: { readonly [opener: string]: string } = { '{{': '}}', '{%': '%}', '{#': '#}' };
/** A real expression rarely spans more than this. */
const MAX_JINJA = 4_000;

export function scan(text: string): Scan {
  const jinja: FoundJinja[] = [];
  const quotes: Span[] = [];
  const breaks: Span[] = [];
  const bracketComments: Span[] = [];
  /** Breaks of the outermost bracket that is open, and the comments on its lines. */
  let pending: Span[] = [];
  let pendingComments: Span[] = [];
  let commentStart = -1;
  /** A quote or block header only counts where a value can start. */
  let atTokenStart = true;
  let lineStart = 0;
  /** Column of the innermost key or dash of the line: the content of a block scalar is indented deeper. */
  let indent = -1;
  let flowDepth = 0;
  let i = 0;
  const startLine = (at: number) => {
    lineStart = at;
    indent = -1;
    atTokenStart = true;
  };
  const close = () => {
    flowDepth = Math.max(0, flowDepth - 1);
    if (flowDepth > 0) return;
    for (const each of pending) breaks.push(each);
    for (const each of pendingComments) bracketComments.push(each);
    pending = [];
    pendingComments = [];
  };
  while (i < text.length) {
    const character = text[i]!;
    if (character === '\n') {
      if (flowDepth > 0) {
        const end = text[i - 1] === '\r' ? i - 1 : i;
        pending.push({ start: commentStart < 0 ? end : commentStart, end: i + 1 });
        if (commentStart >= 0) pendingComments.push({ start: commentStart, end });
      }
      commentStart = -1;
      i++;
      if (flowDepth > 0) {
        lineStart = i;
        // A plain value may go on over lines.
      } else startLine(i);
      continue;
    }
    if (character === ' ' || character === '\t' || character === '\r' || character === '\uFEFF') {
      i++;
      continue;
    }
    if (character === '#' && (i === lineStart || /\s/.test(text[i - 1]!))) {
      commentStart = i;
      i = endOfLine(text, i);
      continue;
    }
    if (character === '{') {
      const closer = CLOSERS[text.slice(i, i + 2)];
      if (closer !== undefined) {
        const end = endOfJinja(text, i, closer);
        const isAlone = closer !== '}}' && isBlank(text, lineStart, i) && isBlank(text, end, endOfLine(text, end));
        jinja.push({ span: { start: i, end }, isAlone });
        i = end;
        if (!isAlone) {
          if (indent < 0) indent = i - lineStart;
          atTokenStart = false;
        }
        continue;
      }
    }
    if (!atTokenStart) {
      if (character === ':' && (isSpaceAt(text, i + 1) || (flowDepth > 0 && /[,[\]{}]/.test(text[i + 1] ?? ' ')))) {
        atTokenStart = true;
      } else if (flowDepth > 0 && /[,[\]{}]/.test(character)) {
        atTokenStart = character !== ']' && character !== '}';
        if (character === '[' || character === '{') flowDepth++;
        else if (character !== ',') close();
      }
      i++;
      continue;
    }
    switch (character) {
      case '"':
      case "'":
        indent = columnOfKey(indent, i - lineStart, text, i);
        {
          const end = endOfQuote(text, i);
          const newLineStart = text.lastIndexOf('\n', end - 1) + 1;
          if (newLineStart > i) {
            quotes.push({ start: i, end });
            lineStart = newLineStart;
          }
          i = end;
        }
        atTokenStart = false;
        break;
      case '|':
      case '>': {
        const end = endOfLine(text, i);
        if (flowDepth > 0 || !/^[|>][-+0-9]*[ \t]*(#.*)?$/.test(text.slice(i, end).trimEnd())) {
          atTokenStart = false;
          i++;
          break;
        }
        i = endOfBlock(text, end, indent);
        startLine(i);
        break;
      }
      case '-':
      case '?':
        if (flowDepth === 0 && isSpaceAt(text, i + 1)) indent = i - lineStart;
        else {
          indent = columnOfKey(indent, i - lineStart, text, i);
          atTokenStart = false;
        }
        i++;
        break;
      case ':':
        // An empty key, or a value behind a line break.
        i++;
        break;
      case '&':
      case '!':
        while (i < text.length && !/[\s,[\]{}]/.test(text[i]!)) i++;
        break;
      case '[':
      case '{':
        flowDepth++;
        i++;
        break;
      case ']':
      case '}':
        close();
        atTokenStart = false;
        i++;
        break;
      case ',':
        i++;
        break;
      default:
        indent = columnOfKey(indent, i - lineStart, text, i);
        atTokenStart = false;
        i++;
    }
  }
  return { jinja, quotes, breaks, bracketComments };
}

/** The first token of a line, or the one behind its last dash, is where a key stands; what follows a colon is a value. */
function columnOfKey(indent: number, column: number, text: string, at: number): number {
  if (indent < 0) return column;
  let before = at - 1;
  while (before >= 0 && (text[before] === ' ' || text[before] === '\t')) before--;
  return text[before] === '-' ? column : indent;
}

function isSpaceAt(text: string, at: number): boolean {
  return at >= text.length || /\s/.test(text[at]!);
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (!/[\s\uFEFF]/.test(text[i]!)) return false;
  return true;
}

function endOfLine(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at;
}

/** Behind the closer, strings in the expression respected; the end of the line when it is not closed. */
function endOfJinja(text: string, start: number, closer: string): number {
  const limit = Math.min(text.length, start + MAX_JINJA);
  let quote = '';
  for (let i = start + 2; i < limit; i++) {
    const character = text[i]!;
    if (quote !== '') {
      if (character === '\\') i++;
      else if (character === quote || character === '\n') quote = '';
    } else if (closer !== '#}' && (character === '"' || character === "'")) quote = character;
    else if (text.startsWith(closer, i)) return i + 2;
  }
  const end = endOfLine(text, start);
  return text[end - 1] === '\r' ? end - 1 : end;
}

/**
 * Behind the closing quote; the end of the line when it is not closed, or closed by what is the opening quote of a later
 * value, so that one half-typed line hides no other.
 */
function endOfQuote(text: string, start: number): number {
  const quote = text[start]!;
  for (let i = start + 1; i < text.length; i++) {
    const character = text[i];
    if (quote === '"' && character === '\\') i++;
    else if (character === quote) {
      if (quote === "'" && text[i + 1] === "'") i++;
      else if (/^[ \t]*(?:[,:\]}\r\n]|#|$)/.test(text.slice(i + 1, i + 200)) || text.lastIndexOf('\n', i) < start)
        return i + 1;
      else break;
    }
  }
  return endOfLine(text, start);
}

/** Start of the first line behind `from` that is not blank and not indented deeper than `indent`. */
function endOfBlock(text: string, from: number, indent: number): number {
  let lineStart = from + 1;
  while (lineStart < text.length) {
    let i = lineStart;
    while (text[i] === ' ') i++;
    const isEmpty = i >= text.length || text[i] === '\n' || text[i] === '\r';
    if (!isEmpty && i - lineStart <= indent) return lineStart;
    lineStart = endOfLine(text, i) + 1;
  }
  return text.length;
}
