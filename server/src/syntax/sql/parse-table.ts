import { UNKNOWN } from '../../base/source-map.ts';
import { isQueryStart, startsClause } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { lowerCase } from './names.ts';
import { parseArguments } from './parse-call.ts';
import { parseExpression } from './parse-expression.ts';
import { parseTableChain } from './parse-join.ts';
import { isName, parseName, parseNamePart } from './parse-names.ts';
import { parseQuery, parseValues } from './parse-query.ts';
import { parseTableSuffix } from './parse-table-suffix.ts';
import type { Argument, Expression, FromClause, Identifier, QualifiedName, TableExpression, Token } from './tree.ts';
import { isReserved } from './words.ts';

export function parseFrom(c: Cursor): FromClause {
  const start = c.start();
  c.advance();
  const items: TableExpression[] = [];
  do {
    if (items.length > 0 && c.isAtEnd()) {
      c.missing('a table');
      break;
    }
    items.push(parseTableChain(c));
  } while (c.accept(','));
  return { kind: 'from', ...c.spanFrom(start), items };
}

export function valuesOf(call: readonly Argument[]): {
  arguments: Expression[];
  argumentNames: (Identifier | undefined)[];
} {
  return { arguments: call.map(argument => argument.value), argumentNames: call.map(argument => argument.name) };
}

/** One table with its alias, samples, pivots. */
export function parseTable(c: Cursor): TableExpression {
  if (!c.enterLevel()) {
    const start = c.start();
    c.isOpaque = true;
    if (!c.isAtEnd()) c.skipOne();
    return { kind: 'error', ...c.spanFrom(start) };
  }
  const table = parseTableSuffix(c, parsePrimary(c));
  c.depth--;
  return table;
}

export function parsePrimary(c: Cursor): TableExpression {
  const token = c.peek();
  const start = c.start();
  switch (token.kind) {
    case 'unknown': {
      const next = c.peek(1);
      if ((next.word === '.' || next.word === '(') && next.start === token.end) break;
      c.isOpaque = true;
      c.advance();
      return { kind: 'unknown-table', start, end: token.end, alias: undefined };
    }
    case 'string':
      // DuckDB, Spark: a file.
      c.advance();
      return {
        kind: 'table-function',
        start,
        end: token.end,
        name: undefined,
        arguments: [
          {
            kind: 'literal',
            start,
            end: token.end,
            type: 'string',
            value: c.textOf(token).slice(1, -1),
            prefix: undefined,
            hasUnknown: token.hasUnknown,
          },
        ],
        argumentNames: [undefined],
        lateral: false,
        alias: undefined,
      };
    case 'parameter':
      return parseStage(c);
    case 'invalid':
      c.advance();
      return { kind: 'error', start, end: token.end };
    case 'quoted':
      break;
    case 'operator':
      if (token.word === '(') return parseParenthesis(c, false);
      // ClickHouse: `array join [1, 2] as x`.
      return token.word === '[' ? parseArrayTable(c, start) : c.missing('a table');
    case 'word': {
      const next = c.word(1);
      switch (token.word) {
        case 'lateral':
          c.advance();
          return parseLateral(c, start);
        case 'unnest':
          if (next === '(') return parseUnnest(c, start);
          break;
        case 'table':
          if (next === '(') return parseTableCall(c, start);
          break;
        case 'values':
          if (next === '(' || c.kind(1) === 'number' || c.kind(1) === 'string') return parseValuesTable(c, start);
          break;
        case 'only':
          if (c.kind(1) === 'word' && !isReserved(next) && !startsClause(c, 1)) c.advance();
          break;
        default:
      }
      if (isReserved(c.word()) || (startsClause(c) && c.word(1) !== '.')) return c.missing('a table');
      break;
    }
    default:
      return c.missing('a table');
  }
  const name = parseTableName(c);
  if (c.word() === '(' && !isHintGroup(c)) {
    const call = parseArguments(c).arguments;
    return { kind: 'table-function', ...c.spanFrom(start), name, ...valuesOf(call), lateral: false, alias: undefined };
  }
  return { kind: 'table', ...c.spanFrom(start), name, alias: undefined, modifiers: [] };
}

/** A table's name; in BigQuery its parts may hold dashes: `my-project.data.t-1`. */
function parseTableName(c: Cursor): QualifiedName {
  const first = c.peek();
  if (first.kind !== 'word') {
    const name = parseName(c);
    return c.dialect === 'bigquery' ? splitPaths(name) : name;
  }
  const dashed = c.identifier(takeDashed(c));
  const parts: Identifier[] = [dashed];
  while (c.word() === '.' && c.word(1) !== '*') {
    c.advance();
    // `db..table` leaves the schema out.
    while (c.word() === '.') c.advance();
    parts.push(c.kind() === 'word' && dashLength(c) > 1 ? c.identifier(takeDashed(c)) : parseNamePart(c));
  }
  const name: QualifiedName = { kind: 'name', start: first.start, end: Math.max(first.end, c.last()), parts };
  return c.dialect === 'bigquery' ? splitPaths(name) : name;
}

/** A word and what dashes tie to it, as one token. */
function takeDashed(c: Cursor): Token {
  const length = dashLength(c);
  const first = c.peek();
  if (length === 1) return c.advance();
  const last = c.peek(length - 1);
  const { start } = first;
  const { end } = last;
  c.pos += length;
  return {
    kind: 'word',
    start,
    end,
    word: c.text.slice(start, end).toLowerCase(),
    hasUnknown: first.hasUnknown || last.hasUnknown,
  };
}

/** Tokens of a name with dashes in it. */
function dashLength(c: Cursor): number {
  let { end } = c.peek();
  let length = 1;
  while (c.word(length) === '-' && c.peek(length).start === end) {
    const next = c.peek(length + 1);
    if ((next.kind !== 'word' && next.kind !== 'number') || next.start !== c.peek(length).end) break;
    end = next.end;
    length += 2;
    // `a-1b`: digits are read as a number of their own.
    while (c.peek(length).start === end && (c.kind(length) === 'word' || c.kind(length) === 'number'))
      end = c.peek(length++).end;
  }
  return length;
}

/** BigQuery quotes whole paths: `project.data.t` has three parts. */
function splitPaths(name: QualifiedName): QualifiedName {
  if (!name.parts.some(part => part.quoted && part.name.includes('.'))) return name;
  const parts = name.parts.flatMap(part => {
    if (!part.quoted || !part.name.includes('.')) return [part];
    let start = part.start + 1;
    return part.name.split('.').map(text => {
      const end = Math.min(start + text.length, part.end);
      const each: Identifier = {
        ...part,
        start,
        end,
        name: text,
        folded: lowerCase(text),
        hasUnknown: text.includes(UNKNOWN),
      };
      start = end + 1;
      return each;
    });
  });
  return { ...name, parts };
}

const HINTS = new Set([
  'nolock',
  'readuncommitted',
  'readcommitted',
  'readpast',
  'rowlock',
  'tablock',
  'tablockx',
  'updlock',
  'xlock',
  'holdlock',
  'noexpand',
  'index',
  'forceseek',
  'forcescan',
  'snapshot',
]);

/** `t (nolock)` of T-SQL is no call. */
function isHintGroup(c: Cursor): boolean {
  return c.dialect === 'tsql' && HINTS.has(c.word(1)) && (c.word(2) === ')' || c.word(2) === ',');
}

/** `@stage/path (file_format => x)` of Snowflake, or a table variable `@t`. */
function parseStage(c: Cursor): TableExpression {
  const start = c.start();
  let end = c.advance().end;
  while (!c.isAtEnd() && c.start() === end && c.word() !== '(' && c.word() !== ',' && c.word() !== ')')
    end = c.advance().end;
  const call = c.word() === '(' ? parseArguments(c).arguments : [];
  return {
    kind: 'table-function',
    ...c.spanFrom(start),
    name: undefined,
    ...valuesOf(call),
    lateral: false,
    alias: undefined,
  };
}

function parseParenthesis(c: Cursor, lateral: boolean): TableExpression {
  const start = c.start();
  const group = c.enter();
  if (isQueryStart(c) || isOnlyUnknown(c) || c.isAtEnd()) {
    const query = parseQuery(c);
    c.leave(group);
    return { kind: 'subquery', ...c.spanFrom(start), query, lateral, alias: undefined };
  }
  const table = parseTableChain(c);
  while (c.accept(',')) parseTableChain(c);
  c.leave(group);
  return { kind: 'parenthesized-table', ...c.spanFrom(start), table, alias: undefined };
}

function parseArrayTable(c: Cursor, start: number): TableExpression {
  const values = [parseExpression(c)];
  const span = c.spanFrom(start);
  return { kind: 'unnest', ...span, arguments: values, alias: undefined, offset: undefined };
}

function isOnlyUnknown(c: Cursor): boolean {
  let count = 0;
  while (c.isUnknown(count)) count++;
  return count > 0 && c.kind(count) === 'end';
}

function parseLateral(c: Cursor, start: number): TableExpression {
  if (c.word() === '(') return { ...parseParenthesis(c, true), start };
  if (!isName(c)) return c.missing('a query or function');
  if (c.word() === 'unnest' && c.word(1) === '(') return parseUnnest(c, start);
  if (c.word() === 'table' && c.word(1) === '(')
    return { ...parseTableCall(c, start), lateral: true } as TableExpression;
  const name = parseName(c);
  const call = c.word() === '(' ? parseArguments(c).arguments : [];
  return { kind: 'table-function', ...c.spanFrom(start), name, ...valuesOf(call), lateral: true, alias: undefined };
}

function parseUnnest(c: Cursor, start: number): TableExpression {
  c.advance();
  const call = parseArguments(c).arguments;
  return {
    kind: 'unnest',
    ...c.spanFrom(start),
    arguments: valuesOf(call).arguments,
    alias: undefined,
    offset: undefined,
  };
}

/** `table(f(x))`: the inner call tells what it is. */
function parseTableCall(c: Cursor, start: number): TableExpression {
  c.advance();
  const call = parseArguments(c).arguments;
  const inner = call.length === 1 ? call[0]?.value : undefined;
  const isCall = inner?.kind === 'call' && inner.over === undefined;
  const name = isCall ? inner.name : undefined;
  const values = valuesOf(isCall ? inner.arguments : call);
  return { kind: 'table-function', ...c.spanFrom(start), name, ...values, lateral: false, alias: undefined };
}

/** `from values (1), (2) as t(a)`. */
function parseValuesTable(c: Cursor, start: number): TableExpression {
  const isOpaqueAround = c.isOpaque;
  c.isOpaque = false;
  const body = parseValues(c);
  const span = c.spanFrom(start);
  const query = {
    kind: 'query',
    ...span,
    with: undefined,
    body,
    orderBy: undefined,
    limit: undefined,
    pipes: [],
    others: [],
    isOpaque: c.isOpaque,
  } as const;
  c.isOpaque = isOpaqueAround;
  return { kind: 'subquery', ...span, query, lateral: false, alias: undefined };
}
