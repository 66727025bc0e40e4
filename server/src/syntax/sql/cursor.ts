import type { Problem } from '../../base/problem.ts';
import type { Span } from '../../base/span.ts';
import { type Brackets, matchBrackets } from './brackets.ts';
import type { Dialect } from './dialect.ts';
import { type DialectSyntax, syntaxOf } from './dialect-syntax.ts';
import { lowerCase } from './names.ts';
import type { ErrorNode, Identifier, Token } from './tree.ts';
import { internName } from './words.ts';

const MAX_PROBLEMS = 20;

/** Nesting that is still read; what lies deeper is opaque. Recursive descent must not outgrow the stack of its caller. */
const MAX_DEPTH = 300;

const END: Token = { kind: 'space', start: 0, end: 0, word: '', hasUnknown: false };

/**
 * Where the parser stands in the tokens that matter (no spaces, no comments), and what it has found wrong.
 * Invariant: `pos` never goes back and never passes `end`, the border of the innermost group that is being read.
 */
export class Cursor {
  readonly text: string;
  readonly dialect: Dialect;
  readonly syntax: DialectSyntax;
  readonly tokens: readonly Token[];
  readonly brackets: Brackets;
  readonly problems: Problem[] = [];
  pos = 0;
  end: number;
  depth = 0;
  /** How many column references and items were read so far: the ordinal of the next. */
  columns = 0;
  items = 0;
  /** Something in the select or query being read is a placeholder or could not be read. Its reader saves and resets it. */
  isOpaque = false;
  /** A placeholder behind an operand may stand for more items: directly in a select list, outside of any group. */
  inList = false;
  /** A colon ends the expression (slices, fields of structs) and does not start a path. */
  noColon = false;
  /** One `>` of a `>>` has been taken: `array<array<int>>`. */
  hasHalfGreater = false;
  #lastProblemAt = -1;
  #lastUnclosedAt = -1;

  constructor(text: string, dialect: Dialect, tokens: readonly Token[]) {
    this.text = text;
    this.dialect = dialect;
    this.syntax = syntaxOf(dialect);
    this.tokens = tokens;
    this.brackets = matchBrackets(tokens);
    this.end = tokens.length;
  }

  /** The token `ahead` of the next; an empty token behind the end of the group. */
  peek(ahead = 0): Token {
    const at = this.pos + ahead;
    return at < this.end ? (this.tokens[at] as Token) : END;
  }

  /** Its word or operator; '' when it is neither. */
  word(ahead = 0): string {
    const at = this.pos + ahead;
    return at < this.end ? (this.tokens[at] as Token).word : '';
  }

  kind(ahead = 0): Token['kind'] | 'end' {
    const at = this.pos + ahead;
    return at < this.end ? (this.tokens[at] as Token).kind : 'end';
  }

  isAtEnd(): boolean {
    return this.pos >= this.end;
  }

  isUnknown(ahead = 0): boolean {
    return this.kind(ahead) === 'unknown';
  }

  /** Text of a token as written. */
  textOf(token: Token): string {
    return this.text.slice(token.start, token.end);
  }

  advance(): Token {
    const token = this.peek();
    if (this.pos < this.end) this.pos++;
    return token;
  }

  accept(word: string): boolean {
    if (this.word() !== word) return false;
    this.pos++;
    return true;
  }

  acceptWords(first: string, second: string): boolean {
    if (this.word() !== first || this.word(1) !== second) return false;
    this.pos += 2;
    return true;
  }

  /** Where the next token starts: the start of a node about to be read. */
  start(): number {
    const token = this.tokens[this.pos];
    return this.pos < this.end && token !== undefined ? token.start : this.last();
  }

  /** Where the last token ended: the end of a node just read. */
  last(): number {
    return this.pos === 0 ? 0 : (this.tokens[this.pos - 1] as Token).end;
  }

  spanFrom(start: number): Span {
    return { start, end: Math.max(start, this.last()) };
  }

  /** The number of tokens up to and with the partner of the opening bracket `ahead`; 0 when it is not closed here. */
  groupLength(ahead = 0): number {
    const partner = this.brackets.partner[this.pos + ahead] ?? 0;
    return partner > 0 && partner < this.end ? partner - this.pos - ahead + 1 : 0;
  }

  /** Goes into the group whose bracket comes next; gives what `leave` needs. */
  enter(): Group {
    const open = this.pos;
    const partner = this.brackets.partner[open] as number;
    const close = partner < 0 ? ~partner : partner;
    const group: Group = {
      open,
      close: Math.min(close, this.end),
      isClosed: partner > 0,
      end: this.end,
      inList: this.inList,
      noColon: this.noColon,
    };
    this.end = group.close;
    this.inList = false;
    this.noColon = false;
    this.pos = open + 1;
    return group;
  }

  /** Leaves a group, behind its closing bracket. What was not read in it is a problem. */
  leave(group: Group): boolean {
    if (this.pos < group.close) {
      this.unexpected();
      this.pos = group.close;
    }
    this.end = group.end;
    this.inList = group.inList;
    this.noColon = group.noColon;
    if (group.isClosed) {
      this.pos = group.close + 1;
      return true;
    }
    this.isOpaque = true;
    const bracket = this.tokens[group.open] as Token;
    // Brackets left open at one place are one mistake: the innermost tells.
    if (this.#lastUnclosedAt !== group.close) {
      this.#lastUnclosedAt = group.close;
      const name = bracket.word === '(' ? 'parenthesis' : bracket.word === '[' ? 'bracket' : 'brace';
      this.problem(`this ${name} is never closed`, bracket, group.close);
    }
    return false;
  }

  /** Jumps over the next token, or over the whole group it opens. */
  skipOne(): void {
    const partner = this.brackets.partner[this.pos] as number;
    if (partner === 0) this.pos++;
    else this.pos = Math.min(this.end, partner < 0 ? ~partner : partner + 1);
  }

  /** Jumps over a group; what is in it is not read. True when a group with this bracket comes next. */
  skipGroup(bracket = '('): boolean {
    if (this.word() !== bracket) return false;
    const group = this.enter();
    this.pos = group.close;
    this.leave(group);
    return true;
  }

  /** Says what is wrong, unless a placeholder or an earlier problem at the same place explains it. `at`: index of the token. */
  problem(message: string, span: Span, at = this.pos): void {
    this.isOpaque = true;
    if (at <= this.#lastProblemAt || this.problems.length >= MAX_PROBLEMS || this.#isNearUnknown(at)) return;
    this.#lastProblemAt = at;
    this.problems.push({ message, span: { start: span.start, end: span.end } });
  }

  /** "unexpected 'x'" at the next token. */
  unexpected(hint = ''): void {
    const token = this.peek();
    this.problem(`unexpected ${this.describe(token)}${hint}`, token);
  }

  /** Something must stand here and does not: an empty error node behind the last token. */
  missing(what: string): ErrorNode {
    const before = this.tokens[this.pos - 1];
    const next = this.peek();
    const isAtStart = before === undefined || before.word === ';';
    const where = isAtStart ? '' : ` after ${this.describe(before)}`;
    const found = next === END ? '' : `, found ${this.describe(next)}`;
    this.problem(`expected ${what}${where}${found}`, isAtStart || before === undefined ? next : before);
    return this.emptyError();
  }

  emptyError(): ErrorNode {
    const at = this.last();
    return { kind: 'error', start: at, end: at };
  }

  /** Takes the word, or says that it is missing. */
  expect(word: string): boolean {
    if (this.accept(word)) return true;
    if (!this.isUnknown()) this.missing(`'${word}'`);
    return false;
  }

  describe(token: Token): string {
    if (token.word === ',') return 'the comma';
    if (token.word === '(') return 'the opening parenthesis';
    const text = this.textOf(token);
    return token.kind === 'string' || token.kind === 'quoted'
      ? shortened(text)
      : `'${shortened(token.kind === 'word' ? token.word : text)}'`;
  }

  /** Counts one more level of nesting; false when it is too deep to be read. `leaveLevel` must follow when true. */
  enterLevel(): boolean {
    if (this.depth >= MAX_DEPTH) return false;
    this.depth++;
    return true;
  }

  identifier(token: Token): Identifier {
    const { kind, start, end, word, hasUnknown } = token;
    const quoted = kind === 'quoted';
    const name = quoted ? unquote(this.textOf(token)) : internName(this.text, start, end, word);
    const folded = word === '' ? lowerCase(name) : word;
    return { kind: 'identifier', start, end, name, folded, quoted, hasUnknown };
  }

  #isNearUnknown(at: number): boolean {
    for (let i = Math.max(0, at - 1); i <= at + 1; i++) {
      const token = this.tokens[i];
      // An open quote is reported itself, and may have taken commas and parentheses with it.
      if (token !== undefined && (token.hasUnknown || token.kind === 'invalid')) return true;
    }
    return false;
  }
}

/** A group that is being read, with what must be restored behind it. */
export interface Group {
  /** Index of its opening bracket. */
  readonly open: number;
  /** Index of its closing bracket, or of the first token that cannot belong to it. */
  readonly close: number;
  readonly isClosed: boolean;
  readonly end: number;
  readonly inList: boolean;
  readonly noColon: boolean;
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 40 ? `${line.slice(0, 37)}…` : line;
}

/** The name inside quotes, doubled quotes resolved. */
export function unquote(text: string): string {
  const open = text.charAt(0);
  const close = open === '[' ? ']' : open;
  const inside = text.slice(1, text.endsWith(close) && text.length > 1 ? -1 : undefined);
  return inside.includes(close) ? inside.replaceAll(close + close, close) : inside;
}
