/** What the words of a CREATE TABLE say of its keys, references and comments, in any dialect. */

import type { Dialect } from '../syntax/sql/dialect.ts';
import { lex } from '../syntax/sql/lex.ts';
import type { Token } from '../syntax/sql/tree.ts';
import type { Constraints, Reference } from './read-ddl.ts';

interface Word {
  /** In lower case; a quoted name or a text without its quotes, as written, in `text`. */
  readonly word: string;
  readonly text: string;
  readonly kind: Token['kind'];
  /** It stands in the angles of a type: `struct<a int64 options(…)>`. */
  readonly isInType: boolean;
}

/** The deepest nesting of parentheses comes with it. */
export function createdInWords(sql: string, dialect: Dialect): Constraints & { readonly depth: number } {
  const words = lex(sql, dialect, 'significant').map((token): Word => {
    const text = sql.slice(token.start, token.end);
    const plain = token.kind === 'string' ? literalText(text, dialect) : unquoted(text, dialect);
    return { word: text.toLowerCase(), text: plain, kind: token.kind, isInType: false };
  });
  const { items, rest, depth } = itemsOf(words);
  const comments = new Map<string, string>();
  const defaults = new Map<string, string>();
  const notNull: string[] = [];
  const primaryKey: string[] = [];
  const unique: (readonly string[])[] = [];
  const references: Reference[] = [];
  for (const item of items) {
    const has = (first: string, second?: string): number =>
      item.findIndex(
        ({ word }, i) => i > 0 && word === first && (second === undefined || item[i + 1]?.word === second),
      );
    const first = item[0];
    if (!first) continue;
    const from = first.word === 'constraint' ? 2 : 0;
    const [one, two] = [item[from]?.word, item[from + 1]?.word ?? ''];
    if ((one === 'primary' || one === 'foreign') && two === 'key') {
      const columns = namesIn(item, from);
      if (one === 'primary') primaryKey.push(...columns);
      else references.push(...referenceIn(item, columns));
      continue;
    }
    if (one === 'unique' && (from > 0 || /^(?:\(|key|index|nulls|clustered|nonclustered)$/.test(two))) {
      unique.push(namesIn(item, from));
      continue;
    }
    if (from > 0 || ((one === 'check' || one === 'key' || one === 'index') && (two === '(' || item[2]?.word === '(')))
      continue;
    const name = first.text;
    const comment = commentIn(item.slice(1));
    if (comment !== undefined) comments.set(name.toLowerCase(), comment);
    const value = has('default') > 0 ? plainDefault(item, has('default') + 1) : undefined;
    if (value !== undefined) defaults.set(name.toLowerCase(), value);
    if (has('not', 'null') > 0) notNull.push(name);
    if (has('primary', 'key') > 0) primaryKey.push(name);
    if (has('unique') > 0) unique.push([name]);
    references.push(...referenceIn(item, [name]));
  }
  return { comment: commentIn(rest), comments, defaults, notNull, primaryKey, unique, references, depth };
}

/** What stands between the commas of the first parentheses, and what stands behind them. */
function itemsOf(words: readonly Word[]) {
  const items: Word[][] = [[]];
  const open = words.findIndex(({ word }) => word === '(');
  let level = 0;
  let depth = 0;
  let angles = 0;
  let at = Math.max(open, 0);
  for (; at < words.length; at++) {
    const word = words[at] as Word;
    if (word.word === '(') level += 1;
    if (word.word === ')') level -= 1;
    depth = Math.max(depth, level);
    if (level === 0) break;
    if (word.word === '<') angles += 1;
    if (word.word === '>') angles = Math.max(0, angles - 1);
    if (word.word === '>>') angles = Math.max(0, angles - 2);
    if (level === 1 && angles === 0 && word.word === ',') items.push([]);
    else if (at > open) items.at(-1)?.push(angles > 0 ? { ...word, isInType: true } : word);
  }
  return { items, rest: words.slice(at + 1), depth };
}

/** `comment 'text'`, `comment = 'text'`, `options (description = "text")` */
function commentIn(words: readonly Word[]): string | undefined {
  for (const [at, { word, isInType }] of words.entries()) {
    if (isInType || (word !== 'comment' && word !== 'description')) continue;
    const value = words[words[at + 1]?.word === '=' ? at + 2 : at + 1];
    // MySQL's and BigQuery's double quotes may hold a text.
    if (value && (value.kind === 'string' || /^"/.test(value.word)))
      return value.text.replace(/\s+/g, ' ').trim() || undefined;
  }
  return undefined;
}

/** `0`, `'new'`, `((0))`: a value by itself, whatever parentheses are around it. */
function plainDefault(words: readonly Word[], from: number): string | undefined {
  let at = from;
  while (words[at]?.word === '(') at += 1;
  const value = words[at];
  const next = words[at + 1]?.word;
  const isAlone = at > from ? next === ')' : next === undefined || next === '::' || /^[a-z]/.test(next);
  return value && isAlone && (value.kind === 'string' || value.kind === 'number') ? value.text : undefined;
}

/** `references a.b (c)` */
function referenceIn(words: readonly Word[], columns: readonly string[]): readonly Reference[] {
  let at = words.findIndex(({ word }, i) => i > 0 && word === 'references');
  if (at < 0) return [];
  at += 1;
  while (words[at + 1]?.word === '.') at += 2;
  const table = words[at]?.text;
  return table === undefined ? [] : [{ columns, table, to: words[at + 1]?.word === '(' ? namesIn(words, at) : [] }];
}

/** The names in the next parentheses, without `asc` and lengths. */
function namesIn(words: readonly Word[], from: number): readonly string[] {
  const open = words.findIndex(({ word }, i) => i >= from && word === '(');
  if (open < 0) return [];
  const names: string[] = [];
  for (let i = open; i < words.length && words[i]?.word !== ')'; i++) {
    const next = words[i + 1];
    if ((words[i]?.word === '(' && i === open) || words[i]?.word === ',') if (next) names.push(next.text);
  }
  return names;
}

function unquoted(text: string, dialect: Dialect): string {
  if (/^\[[\s\S]*\]$/.test(text)) return text.slice(1, -1);
  const quote = text[0] ?? '';
  // A quoted word may be a text where double quotes hold texts.
  if (quote === '"' && takesBackslashes(dialect)) return literalText(text, dialect);
  if (!`'"\``.includes(quote) || text.length < 2 || !text.endsWith(quote)) return text;
  return text.slice(1, -1).replaceAll(quote + quote, quote);
}

/** What a text of SQL says: `N'a'`, `r"a"`, `"""a"""`, with its escapes read. */
export function literalText(literal: string, dialect: Dialect): string {
  const found = /^([A-Za-z&]{0,2})('''|"""|'|")([\s\S]*)\2$/.exec(literal);
  if (!found) return literal;
  const [, prefix = '', quotes = '', body = ''] = found;
  const doubled = quotes.length === 1 ? body.replaceAll(quotes + quotes, quotes) : body;
  const isEscaped = takesBackslashes(dialect) || /^e$/i.test(prefix);
  if (/r/i.test(prefix) || !isEscaped) return doubled;
  return doubled.replace(/\\([\s\S])/g, (_, escaped: string) => ESCAPES[escaped] ?? escaped);
}

const ESCAPES: { readonly [letter: string]: string } = { n: '\n', t: '\t', r: '\r' };

function takesBackslashes(dialect: Dialect): boolean {
  return ['bigquery', 'databricks', 'sparksql', 'hive', 'mysql', 'clickhouse', 'snowflake'].includes(dialect);
}
