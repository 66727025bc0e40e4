import type { Cursor } from './cursor.ts';
import { isJoinWord, isReserved } from './words.ts';

/**
 * True when the word `ahead` begins a clause, a join or the next branch of a set operation, and is not a name: most words
 * of the grammar may be names too, and what follows them decides.
 */
/** Spark reserves no word: `select from, to from t where from is not null`, `date_format(from, 'HH:mm')`, `x as from,`. */
export function isColumnFrom(c: Cursor, ahead: number): boolean {
  if (c.dialect !== 'databricks' && c.dialect !== 'sparksql' && c.dialect !== 'ansi') return false;
  const at = c.pos + ahead;
  const behind = c.tokens[at + 1];
  if (behind === undefined || !BEHIND_COLUMN.has(behind.word)) return false;
  const before = c.tokens[at - 1];
  if (before === undefined) return false;
  if (before.kind === 'operator') return before.word !== ')' && before.word !== ']' && before.word !== '*';
  return before.kind === 'word' && isReserved(before.word) && before.word !== 'end' && before.word !== 'null';
}

/** What goes on behind a column, and cannot start a table. */
const BEHIND_COLUMN = new Set([
  ',',
  ')',
  'as',
  '::',
  '||',
  '+',
  '/',
  '=',
  '<>',
  '!=',
  '<',
  '>',
  '<=',
  '>=',
  'is',
  'in',
  'like',
  'between',
  'and',
  'or',
]);

export function startsClause(c: Cursor, ahead = 0): boolean {
  const word = c.word(ahead);
  switch (word) {
    case '':
      return false;
    case 'from':
      return !isColumnFrom(c, ahead);
    case 'where':
    case 'having':
    case 'union':
    case 'intersect':
    case 'select':
    case 'join':
    case 'on':
      return true;
    case 'group':
    case 'order':
    case 'partition':
    case 'cluster':
    case 'distribute':
    case 'sort':
      return c.word(ahead + 1) === 'by';
    case 'limit':
    case 'qualify':
    case 'prewhere':
      return isFollowedByOperand(c, ahead + 1);
    case 'offset':
      return c.word(ahead + 1) !== '(' && isFollowedByOperand(c, ahead + 1);
    case 'fetch':
      return c.word(ahead + 1) === 'first' || c.word(ahead + 1) === 'next' || c.kind(ahead + 1) === 'number';
    case 'window':
      return c.word(ahead + 2) === 'as' || (c.kind(ahead + 1) === 'word' && !isReserved(c.word(ahead + 1)));
    case 'except':
    case 'minus':
      return isSetOperator(c, ahead);
    case 'connect':
      return c.word(ahead + 1) === 'by';
    case 'start':
      return c.word(ahead + 1) === 'with';
    case 'for':
      return FOR_WORDS.has(c.word(ahead + 1)) || (c.word(ahead + 1) === 'system' && c.word(ahead + 2) === 'time');
    case 'tablesample':
    case 'option':
    case 'match_recognize':
    case 'match_condition':
      return c.word(ahead + 1) === '(' || word === 'tablesample';
    case 'pivot':
    case 'unpivot':
      return c.word(ahead + 1) === '(';
    case 'using':
      return c.word(ahead + 1) === '(' || c.word(ahead + 1) === 'sample';
    case 'settings':
      return c.kind(ahead + 1) === 'word' && c.word(ahead + 2) === '=';
    case 'format':
      return c.dialect === 'clickhouse' && c.kind(ahead + 1) === 'word' && c.kind(ahead + 2) === 'end';
    case 'lateral':
      return c.word(ahead + 1) === 'view';
    case 'returning':
      return isFollowedByOperand(c, ahead + 1);
    case 'straight_join':
      return true;
    default:
      return isJoinWord(word) && (joinLength(c, ahead) > 0 || isSetOperator(c, ahead));
  }
}

/** `except`, `minus`, `union`, `intersect` in front of a query. */
export function isSetOperator(c: Cursor, ahead = 0): boolean {
  const word = c.word(ahead);
  if (word === 'union' || word === 'intersect') return true;
  if (word === 'left' || word === 'full' || word === 'inner') {
    // BigQuery: `left outer union all by name`.
    const next = c.word(ahead + 1) === 'outer' ? ahead + 2 : ahead + 1;
    return (
      c.word(next) === 'union' ||
      c.word(next) === 'intersect' ||
      (c.word(next) === 'except' && c.word(next + 1) !== '(')
    );
  }
  if (word !== 'except' && word !== 'minus') return false;
  const next = c.word(ahead + 1);
  switch (next) {
    case 'select':
    case 'all':
    case 'distinct':
    case 'with':
    case 'from':
    case 'values':
    case 'corresponding':
    case 'by':
      return true;
    case '(':
      return isQueryStart(c, ahead + 2) || c.kind(ahead + 2) === 'unknown';
    default:
      return c.isUnknown(ahead + 1);
  }
}

/** How many words make up the join that starts `ahead` (`left outer join`: 3, `cross apply`: 2); 0 when none does. */
export function joinLength(c: Cursor, ahead = 0): number {
  if (c.word(ahead) === 'straight_join') return 1;
  for (let i = 0; i < 6; i++) {
    const word = c.word(ahead + i);
    if (word === 'join') return i + 1;
    if (word === 'apply') return i > 0 ? i + 1 : 0;
    // `left {{ … }} join`.
    if (!isJoinWord(word) && !(i > 0 && c.isUnknown(ahead + i))) return 0;
  }
  return 0;
}

/** True when a query starts `ahead`, that is behind an opening parenthesis. */
export function isQueryStart(c: Cursor, ahead = 0): boolean {
  const word = c.word(ahead);
  const next = c.word(ahead + 1);
  switch (word) {
    case 'select':
      return true;
    case 'from':
      return (
        c.kind(ahead + 1) === 'word' || c.kind(ahead + 1) === 'quoted' || next === '(' || c.kind(ahead + 1) === 'string'
      );
    case 'with':
      return c.kind(ahead + 1) === 'word' || c.kind(ahead + 1) === 'quoted' || c.isUnknown(ahead + 1);
    case 'values':
      if (c.kind(ahead + 1) === 'string' || c.kind(ahead + 1) === 'number') return true;
      return next === '(' && c.dialect !== 'mysql';
    case 'table':
    case 'describe':
    case 'show':
    case 'summarize':
    case 'pivot':
    case 'unpivot':
      return c.kind(ahead + 1) === 'word' || c.kind(ahead + 1) === 'quoted' || (next === '(' && word.endsWith('pivot'));
    case '(': {
      const at = c.pos + ahead;
      const inner = c.brackets.inner[at] as number;
      if (inner >= c.end || !isQueryStart(c, inner - c.pos)) return false;
      const partner = c.brackets.partner[at] as number;
      if (partner < 0) return true;
      const after = partner + 1 - c.pos;
      if (partner + 1 >= c.end) return true;
      if (isSetOperator(c, after)) return true;
      const word = c.word(after);
      if (word === 'order') return c.word(after + 1) === 'by';
      return word === ')' || word === 'limit' || word === 'offset' || word === 'fetch' || word === '|>';
    }
    default: {
      if (!c.isUnknown(ahead)) return false;
      // A placeholder in front of a query, or between queries: the first few tokens tell.
      let i = ahead;
      while (i < ahead + 8 && c.isUnknown(i)) i++;
      return c.word(i) === 'select' || c.word(i) === 'with' || isSetOperator(c, i);
    }
  }
}

const FOR_WORDS = new Set([
  'update',
  'share',
  'json',
  'xml',
  'system_time',
  'system_version',
  'no',
  'key',
  'browse',
  'timestamp',
  'version',
]);

/** Words behind which `limit` or `qualify` was a name. */
const NOT_OPERANDS = new Set([
  'from',
  'as',
  'and',
  'or',
  'is',
  'in',
  'like',
  'between',
  'then',
  'end',
  'else',
  'when',
  'asc',
  'desc',
  'where',
  'join',
  'on',
]);

/** True unless what stands there makes the word before it a name: an operator, a comma, `as` … The end of the text does not. */
function isFollowedByOperand(c: Cursor, ahead: number): boolean {
  switch (c.kind(ahead)) {
    case 'operator': {
      const word = c.word(ahead);
      return word === '(' || word === '[' || word === '-' || word === '{' || word === ':';
    }
    case 'word':
      return !NOT_OPERANDS.has(c.word(ahead));
    case 'end':
      // At the end of the text its operand is still to be typed; in front of a closing parenthesis it is a name.
      return c.end === c.tokens.length;
    default:
      return true;
  }
}
