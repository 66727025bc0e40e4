import { UNKNOWN } from '../../base/source-map.ts';
import { isQueryStart, isSetOperator, joinLength, startsClause } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { parseArguments } from './parse-call.ts';
import { parseExpression } from './parse-expression.ts';
import { isName, parseName, parseNameList } from './parse-names.ts';
import { parseQuery, parseValues } from './parse-query.ts';
import { parseTableSuffix } from './parse-table-suffix.ts';
import type {
  Argument,
  Expression,
  FromClause,
  Identifier,
  Join,
  JoinType,
  QualifiedName,
  TableExpression,
} from './tree.ts';
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

interface PendingJoin {
  readonly keyword: { start: number; end: number };
  readonly type: JoinType;
  readonly natural: boolean;
  readonly modifier: Join['modifier'];
}

/**
 * A table with all its joins, read in a loop; chains lean left. In `a join b join c on … on …` the first ON belongs to the
 * inner join, so joins whose condition has not come yet wait. `isBare`: no alias and no suffix (`pivot t on …`).
 */
export function parseTableChain(c: Cursor, isBare = false): TableExpression {
  const tables: TableExpression[] = [isBare ? parsePrimary(c) : parseTable(c)];
  const pending: PendingJoin[] = [];
  for (;;) {
    const length = joinLength(c);
    if (length > 0) {
      const join = readJoin(c, length);
      const right = parseTable(c);
      tables.push(right);
      pending.push(join);
      if (!takesCondition(c, join, right)) complete(c, tables, pending);
    } else if (pending.length > 0 && startsCondition(c)) {
      complete(c, tables, pending);
    } else if (c.word() === 'lateral' && c.word(1) === 'view') {
      tables.push(parseLateralView(c, tables.pop() as TableExpression));
    } else if (c.isUnknown() && !isBehindFrom(c)) {
      // More joins, a condition, an alias: whatever it is, it ends the join before it.
      c.isOpaque = true;
      c.advance();
      while (pending.length > 0) complete(c, tables, pending);
    } else if (LONELY.has(c.word())) {
      c.advance();
      c.missing(`'join'`);
    } else {
      break;
    }
  }
  // Joins without a condition: from the left, as they stand.
  let left = tables[0] as TableExpression;
  for (let i = 0; i < pending.length; i++) {
    left = joined(
      pending[i] as PendingJoin,
      left,
      tables[i + 1] as TableExpression,
      undefined,
      undefined,
      undefined,
      0,
    );
  }
  return left;
}

/** Words of a join whose JOIN is still to be typed. */
const LONELY = new Set(['left', 'right', 'full', 'inner', 'cross', 'natural']);

/** A placeholder in front of a clause or another branch is left to the select. */
function isBehindFrom(c: Cursor): boolean {
  let count = 1;
  while (c.isUnknown(count)) count++;
  return isSetOperator(c, count) || c.word(count) === 'select';
}

function readJoin(c: Cursor, length: number): PendingJoin {
  const start = c.start();
  let type: JoinType = 'inner';
  let natural = false;
  let modifier: Join['modifier'];
  for (let i = 0; i < length; i++) {
    switch (c.word(i)) {
      case 'left':
      case 'right':
      case 'full':
        type = c.word(i) as JoinType;
        break;
      case 'cross':
        type = 'cross';
        break;
      case 'semi':
      case 'anti':
        type = c.word(i) as JoinType;
        break;
      case 'apply':
        type = c.word(i - 1) === 'outer' ? 'outer-apply' : 'apply';
        break;
      case 'array':
        // ClickHouse unfolds an array: nothing to match.
        modifier = 'lateral';
        break;
      case 'natural':
        natural = true;
        break;
      case 'asof':
      case 'positional':
      case 'any':
        modifier = c.word(i) as Join['modifier'];
        break;
      default:
    }
  }
  c.pos += length;
  const keyword = c.spanFrom(start);
  if (c.word() === 'lateral') modifier ??= 'lateral';
  return { keyword, type, natural, modifier };
}

function startsCondition(c: Cursor): boolean {
  const word = c.word();
  if (word === 'using') return c.word(1) !== 'sample';
  return word === 'on' || (word === 'match_condition' && c.word(1) === '(');
}

/** True when the condition of the join may still come, behind another join. */
function takesCondition(c: Cursor, join: PendingJoin, right: TableExpression): boolean {
  if (startsCondition(c)) return false;
  if (join.natural || join.type === 'cross' || join.type === 'apply' || join.type === 'outer-apply') return false;
  if (join.modifier === 'positional' || join.modifier === 'lateral' || right.kind === 'unnest') return false;
  return joinLength(c) > 0;
}

/** Takes the condition, when one comes, for the last join that waits. */
function complete(c: Cursor, tables: TableExpression[], pending: PendingJoin[]): void {
  const join = pending.pop() as PendingJoin;
  const right = tables.pop() as TableExpression;
  const left = tables.pop() as TableExpression;
  const isOnlyOperand = c.pos;
  let on: Expression | undefined;
  let using: Identifier[] | undefined;
  let matchCondition: Expression | undefined;
  if (c.word() === 'match_condition' && c.word(1) === '(') {
    c.advance();
    const group = c.enter();
    matchCondition = parseExpression(c);
    c.leave(group);
  }
  if (c.accept('on')) {
    on = parseExpression(c);
  } else if (c.word() === 'using' && c.word(1) !== 'sample') {
    c.advance();
    if (c.word() === '(') {
      using = parseNameList(c);
    } else {
      using = [];
      do {
        if (!isName(c)) {
          c.missing('columns in parentheses');
          break;
        }
        if (c.isUnknown()) c.isOpaque = true;
        using.push(c.identifier(c.advance()));
      } while (c.word() === ',' && c.dialect === 'clickhouse' && c.accept(','));
    }
  }
  const end = c.pos > isOnlyOperand ? c.last() : 0;
  tables.push(joined(join, left, right, on, using, matchCondition, end));
}

function joined(
  join: PendingJoin,
  left: TableExpression,
  right: TableExpression,
  on: Expression | undefined,
  using: readonly Identifier[] | undefined,
  matchCondition: Expression | undefined,
  end: number,
): Join {
  return {
    kind: 'join',
    start: left.start,
    end: Math.max(end, right.end, join.keyword.end, on?.end ?? 0),
    type: join.type,
    natural: join.natural,
    modifier: join.modifier,
    keyword: join.keyword,
    left,
    right,
    on,
    using,
    matchCondition,
  };
}

/** `lateral view [outer] explode(x) t as a, b` of Hive and Spark, as a join. */
function parseLateralView(c: Cursor, left: TableExpression): Join {
  const keywordStart = c.start();
  c.pos += 2;
  const isOuter = c.accept('outer');
  const keyword = c.spanFrom(keywordStart);
  const start = c.start();
  let right: TableExpression;
  if (isName(c)) {
    const name = parseName(c);
    const call = c.word() === '(' ? parseArguments(c).arguments : [];
    const aliasStart = c.start();
    let alias:
      | { kind: 'table-alias'; start: number; end: number; name: Identifier; columns: Identifier[] | undefined }
      | undefined;
    const at = c.last();
    let aliasName: Identifier = { kind: 'identifier', start: at, end: at, name: '', quoted: false, hasUnknown: false };
    if (isName(c) && c.word() !== 'as' && !startsClause(c)) {
      aliasName = c.identifier(c.advance());
      alias = { kind: 'table-alias', ...c.spanFrom(aliasStart), name: aliasName, columns: undefined };
    }
    if (c.accept('as')) {
      const columns: Identifier[] = [];
      do {
        if (c.word() === '(') columns.push(...parseNameList(c));
        else if (isName(c)) columns.push(c.identifier(c.advance()));
        else c.missing('a name');
      } while (c.word() === ',' && isName(c, 1) && c.accept(','));
      alias = { kind: 'table-alias', ...c.spanFrom(Math.min(aliasStart, aliasName.start)), name: aliasName, columns };
    }
    right = { kind: 'table-function', ...c.spanFrom(start), name, ...valuesOf(call), lateral: true, alias };
  } else {
    right = c.missing('a function');
  }
  return joined(
    { keyword, type: isOuter ? 'left' : 'cross', natural: false, modifier: 'lateral' },
    left,
    right,
    undefined,
    undefined,
    undefined,
    0,
  );
}

function valuesOf(call: readonly Argument[]): { arguments: Expression[]; argumentNames: (Identifier | undefined)[] } {
  return { arguments: call.map(argument => argument.value), argumentNames: call.map(argument => argument.name) };
}

/** One table with its alias, samples, pivots. */
function parseTable(c: Cursor): TableExpression {
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

function parsePrimary(c: Cursor): TableExpression {
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
      return token.word === '(' ? parseParenthesis(c, false) : c.missing('a table');
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
          if (next === '(') return parseValuesTable(c, start);
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

/** A table's name; BigQuery's projects may hold dashes: `my-project.data.t`. */
function parseTableName(c: Cursor): QualifiedName {
  const first = c.peek();
  let end = first.end;
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
  if (length === 1 || first.kind !== 'word') {
    const name = parseName(c);
    return c.dialect === 'bigquery' ? splitPaths(name) : name;
  }
  c.pos += length - 1;
  const last = c.tokens[c.pos] as { hasUnknown: boolean };
  const rest = parseName(c);
  const name: Identifier = {
    kind: 'identifier',
    start: first.start,
    end,
    name: c.text.slice(first.start, end),
    quoted: false,
    hasUnknown: first.hasUnknown || last.hasUnknown,
  };
  return { kind: 'name', start: first.start, end: rest.end, parts: [name, ...rest.parts.slice(1)] };
}

/** BigQuery quotes whole paths: `project.data.t` has three parts. */
function splitPaths(name: QualifiedName): QualifiedName {
  if (!name.parts.some(part => part.quoted && part.name.includes('.'))) return name;
  const parts = name.parts.flatMap(part => {
    if (!part.quoted || !part.name.includes('.')) return [part];
    let start = part.start + 1;
    return part.name.split('.').map(text => {
      const end = Math.min(start + text.length, part.end);
      const each: Identifier = { ...part, start, end, name: text, hasUnknown: text.includes(UNKNOWN) };
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
