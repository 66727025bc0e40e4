import type { Token } from './tree.ts';

/**
 * Which bracket closes which, found before anything is read: every group is then read within its own borders, so that what
 * is wrong inside stays inside, and a group can be jumped over in one step.
 */
export interface Brackets {
  /**
   * For an opening bracket the index of its closing one; when it is never closed, `~index` of the token where the group
   * must end at the latest (the number of tokens at the end of the text). 0 for all other tokens.
   */
  readonly partner: Int32Array;
  /** Index of the first token at or behind this one that is no opening parenthesis. */
  readonly inner: Int32Array;
}

/**
 * `tokens` hold no space and no comment. When brackets do not balance, the borders of CTEs, clauses and statements tell
 * which one is missing: in balanced text these are not looked at, so they cannot spoil it.
 */
export function matchBrackets(tokens: readonly Token[]): Brackets {
  const inner = new Int32Array(tokens.length + 1);
  inner[tokens.length] = tokens.length;
  for (let i = tokens.length - 1; i >= 0; i--) inner[i] = (tokens[i] as Token).word === '(' ? inner[i + 1]! : i;
  const balanced = matchPlainly(tokens);
  return { partner: balanced ?? matchByBorders(tokens), inner };
}

function matchPlainly(tokens: readonly Token[]): Int32Array | undefined {
  const partner = new Int32Array(tokens.length);
  const open: number[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    if (token.kind !== 'operator') continue;
    const word = token.word;
    if (isOpening(word)) {
      open.push(i);
    } else if (isClosing(word)) {
      const at = open.pop();
      if (at === undefined || closingOf((tokens[at] as Token).word) !== word) return undefined;
      partner[at] = i;
    } else if (word === ';' && open.length > 0) {
      return undefined;
    }
  }
  return open.length === 0 ? partner : undefined;
}

function matchByBorders(tokens: readonly Token[]): Int32Array {
  const partner = new Int32Array(tokens.length);
  const open: number[] = [];
  /** How many of each kind are open, so that a closing bracket without a partner is known at once. */
  const counts: Record<string, number> = { '(': 0, '[': 0, '{': 0 };
  /** Numbers of open brackets at which a WITH was met. */
  const withs: number[] = [];

  function close(count: number, at: number): void {
    while (open.length > count) {
      const index = open.pop() as number;
      counts[(tokens[index] as Token).word]!--;
      partner[index] = ~at;
    }
    while (withs.length > 0 && (withs[withs.length - 1] as number) > count) withs.pop();
  }

  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    const word = token.word;
    if (token.kind === 'word') {
      if (open.length === 0 && word !== 'with') continue;
      if (word === 'with' && isWithClause(tokens, i)) {
        if (withs[withs.length - 1] !== open.length) withs.push(open.length);
      } else if (open.length > 0 && endsCallArguments(tokens, i, open)) {
        close(open.length - 1, i);
      } else if (word === 'select' && open.length - 1 === withs[withs.length - 1] && startsBehindCte(tokens, i, open)) {
        close(open.length - 1, i);
      }
    } else if (token.kind === 'operator') {
      if (isOpening(word)) {
        open.push(i);
        counts[word]!++;
      } else if (isClosing(word)) {
        const opening = word === ')' ? '(' : word === ']' ? '[' : '{';
        if (counts[opening] === 0) continue;
        if (word === ')' && open.length - 1 === withs[withs.length - 1] && !endsCte(tokens, i)) continue;
        while ((tokens[open[open.length - 1] as number] as Token).word !== opening) close(open.length - 1, i);
        const at = open.pop() as number;
        counts[opening]!--;
        partner[at] = i;
        while (withs.length > 0 && (withs[withs.length - 1] as number) > open.length) withs.pop();
      } else if (word === ';') {
        close(0, i);
        withs.length = 0;
      } else if (word === ',' && withs.length > 0) {
        const level = withs[withs.length - 1] as number;
        if (open.length > level && startsCte(tokens, i + 1)) close(level, i);
      }
    }
  }
  close(0, tokens.length);
  return partner;
}

function isOpening(word: string): boolean {
  return word === '(' || word === '[' || word === '{';
}

function isClosing(word: string): boolean {
  return word === ')' || word === ']' || word === '}';
}

function closingOf(word: string): string {
  return word === '(' ? ')' : word === '[' ? ']' : '}';
}

/** `with [recursive] name [(…] as`: not `with time zone` nor `with (nolock)`. */
function isWithClause(tokens: readonly Token[], at: number): boolean {
  const next = tokens[at + 1]?.word === 'recursive' ? at + 2 : at + 1;
  return startsCte(tokens, next) || tokens[next]?.kind === 'unknown';
}

/** `name as (` or `name (a, b) as (`, a query inside: this can stand between CTEs only. */
export function startsCte(tokens: readonly Token[], at: number): boolean {
  const name = tokens[at];
  if (name === undefined || (name.kind !== 'word' && name.kind !== 'quoted' && name.kind !== 'unknown')) return false;
  let i = at + 1;
  if (tokens[i]?.word === '(') {
    // Column lists are short; looking no further keeps this a matter of a few tokens.
    const limit = i + 64;
    i++;
    while (i < limit && (tokens[i]?.kind === 'word' || tokens[i]?.kind === 'quoted' || tokens[i]?.word === ',')) i++;
    if (tokens[i]?.word !== ')') return false;
    i++;
  }
  if (tokens[i]?.word !== 'as') return false;
  i++;
  if (tokens[i]?.word === 'not') i++;
  if (tokens[i]?.word === 'materialized') i++;
  if (tokens[i]?.word !== '(') return false;
  const first = tokens[i + 1];
  if (first === undefined) return true;
  return first.kind === 'unknown' || first.word === '(' || first.word === ')' || QUERY_WORDS.has(first.word);
}

/** Parentheses around an expression, not of a call or window, which may hold ORDER BY. */
function isPlainGroup(tokens: readonly Token[], opening: number): boolean {
  const before = tokens[opening - 1];
  if (before === undefined || (tokens[opening] as Token).word !== '(') return false;
  if (before.kind === 'operator') return !isClosing(before.word) && before.word !== ',';
  return before.kind === 'word' && BEFORE_EXPRESSION.has(before.word);
}

const BEFORE_EXPRESSION = new Set([
  'where',
  'and',
  'or',
  'not',
  'on',
  'when',
  'then',
  'else',
  'having',
  'qualify',
  'in',
  'between',
]);

/** True unless what follows this parenthesis shows that the CTE goes on behind it: one parenthesis too many was typed. */
function endsCte(tokens: readonly Token[], at: number): boolean {
  let i = at + 1;
  while (i < at + 8 && tokens[i]?.word === ')') i++;
  const next = tokens[i];
  if (next === undefined || next.kind === 'unknown' || AFTER_CTE.has(next.word)) return true;
  const after = tokens[i + 1];
  if (next.word === '(') return after === undefined || after.word === 'select' || after.word === '(';
  if (next.word !== ',') return startsCte(tokens, i);
  // The next CTE may be typed by half: its name alone, or without it.
  if (after === undefined || after.kind === 'unknown' || after.word === 'as' || AFTER_CTE.has(after.word)) return true;
  const behind = tokens[i + 2];
  if (behind === undefined || behind.word === 'select') return true;
  return behind.word === 'as'
    ? (tokens[i + 3]?.word ?? '(') === '(' || tokens[i + 3]?.word === 'select'
    : startsCte(tokens, i + 1);
}

/** A SELECT in a CTE that continues nothing there is the query the CTEs are for. */
function startsBehindCte(tokens: readonly Token[], at: number, open: readonly number[]): boolean {
  const opening = open[open.length - 1] as number;
  if (tokens[opening + 1]?.word === 'from' || tokens[opening + 1]?.word === 'insert') return false;
  const before = tokens[at - 1] as Token;
  return before.kind !== 'unknown' && before.word !== '(' && !BEFORE_SELECT.has(before.word);
}

const BEFORE_SELECT = new Set([
  'union',
  'all',
  'intersect',
  'except',
  'minus',
  'distinct',
  'name',
  'corresponding',
  'as',
]);

const AFTER_CTE = new Set(['select', 'insert', 'update', 'delete', 'merge', 'search', 'cycle', ';']);

const QUERY_WORDS = new Set([
  'select',
  'with',
  'from',
  'values',
  'insert',
  'update',
  'delete',
  'merge',
  'table',
  'pivot',
]);

const CALLS_WITH_FROM = new Set([
  'extract',
  'trim',
  'substring',
  'substr',
  'overlay',
  'position',
  'date_part',
  'ltrim',
  'rtrim',
]);

/** `count(a from t`: FROM or WHERE cannot stand in the arguments of a call, so its parenthesis ends here. */
function endsCallArguments(tokens: readonly Token[], at: number, open: readonly number[]): boolean {
  const word = (tokens[at] as Token).word;
  const isBy = (word === 'group' || word === 'order') && tokens[at + 1]?.word === 'by';
  if (word !== 'from' && word !== 'where' && !isBy) return false;
  const opening = open[open.length - 1] as number;
  if (word === 'order' && !isPlainGroup(tokens, opening)) return false;
  const first = tokens[opening + 1];
  if (opening + 1 === at || first === undefined || first.kind === 'unknown' || QUERY_WORDS.has(first.word))
    return false;
  if ((tokens[opening] as Token).word !== '(') return true;
  const before = tokens[opening - 1];
  if (before === undefined) return false;
  if (CALLS_WITH_FROM.has(before.word) || tokens[at - 1]?.word === 'distinct') return false;
  // Behind a name the group is a call; behind an operator or a clause's word it is an expression.
  return before.kind === 'word' ? before.word !== 'as' : before.kind !== 'operator' || before.word !== ')';
}
