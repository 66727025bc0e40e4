import { startsClause } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { POWER, parseExpression } from './parse-expression.ts';
import { emptyIdentifier, isName, parseNameList } from './parse-names.ts';
import { isOperandStart } from './parse-operand.ts';
import type { ExpressionItem, Identifier, TableAlias, TableExpression, Token, UnnestTable } from './tree.ts';
import { isNotTableAlias, isReserved } from './words.ts';

/** What may follow a table: its alias, samples, time travel, hints, and PIVOT or MATCH_RECOGNIZE, which make a table of it. */
export function parseTableSuffix(c: Cursor, primary: TableExpression): TableExpression {
  let table = primary;
  for (;;) {
    const start = c.start();
    const word = c.word();
    if (
      (word === 'pivot' || word === 'unpivot') &&
      (c.word(1) === '(' || (c.word(2) === 'nulls' && c.word(3) === '('))
    ) {
      const form = word;
      c.pos += c.word(1) === '(' ? 1 : 3;
      const items = parsePivot(c);
      table = { kind: 'pivoted', start: table.start, end: c.last(), form, source: table, items, alias: undefined };
    } else if (word === 'match_recognize' && c.word(1) === '(') {
      c.advance();
      c.skipGroup();
      table = { kind: 'match-recognize', start: table.start, end: c.last(), source: table, alias: undefined };
    } else if (word === 'with' && (c.word(1) === 'offset' || c.word(1) === 'ordinality')) {
      table = parseOffset(c, table);
    } else if (skipModifier(c)) {
      const span = c.spanFrom(start);
      if (table.kind === 'table') table = { ...table, end: span.end, modifiers: [...table.modifiers, span] };
      else if (table.kind !== 'error') table = { ...table, end: span.end };
    } else {
      const alias = takesAlias(table) ? parseAlias(c) : undefined;
      if (alias === undefined) return table;
      table = { ...table, end: Math.max(table.end, c.last()), alias } as TableExpression;
    }
  }
}

function takesAlias(table: TableExpression): boolean {
  return table.kind !== 'join' && table.kind !== 'error' && table.alias === undefined;
}

/** `as t (a, b)`, `t`; undefined when none comes. */
export function parseAlias(c: Cursor): TableAlias | undefined {
  const start = c.start();
  let name: Identifier;
  if (c.word() === 'as') {
    c.advance();
    if (c.word() === '(') {
      // `unnest(x) as (a, b)`: no name of its own.
      name = emptyIdentifier(c);
    } else if (isName(c) || (c.kind() === 'word' && !startsClause(c)) || c.kind() === 'string') {
      name = c.identifier(c.advance());
    } else {
      c.missing('a name');
      name = emptyIdentifier(c);
      return { kind: 'table-alias', ...c.spanFrom(start), name, columns: undefined };
    }
  } else if (c.kind() === 'quoted') {
    name = c.identifier(c.advance());
  } else if (c.kind() === 'word' && !isNotTableAlias(c.word()) && !startsClause(c) && !startsModifier(c)) {
    name = c.identifier(c.advance());
  } else {
    return undefined;
  }
  const columns = c.word() === '(' ? parseNameList(c) : undefined;
  return { kind: 'table-alias', ...c.spanFrom(start), name, columns };
}

function startsModifier(c: Cursor): boolean {
  const next = c.word(1);
  switch (c.word()) {
    case 'before':
    case 'changes':
    case 'partition':
      return next === '(';
    case 'at':
      return next === '(' || (c.dialect === 'redshift' && isName(c, 1));
    case 'sample':
      return (
        next === '(' ||
        c.kind(1) === 'number' ||
        next === 'row' ||
        next === 'system' ||
        next === 'bernoulli' ||
        next === 'block'
      );
    case 'version':
    case 'timestamp':
    case 'system_time':
      return next === 'as' && c.word(2) === 'of';
    case 'final':
      return isFinalOfClickHouse(c);
    case 'use':
    case 'force':
    case 'ignore':
      return next === 'index' || next === 'key';
    case 'tablesample':
    case 'for':
    case 'option':
    case 'output':
    case 'when':
      return true;
    default:
      return false;
  }
}

/** Tokens that are looked at to either side; longer queries are rare. */
const MAX_QUERY = 5000;

/** Where nobody names the dialect, `from t final` gives an alias if this query reads `final.x`. */
function isFinalOfClickHouse(c: Cursor): boolean {
  if (c.dialect !== 'ansi') return c.dialect === 'clickhouse';
  return !readsFrom(c, 'final', -1) && !readsFrom(c, 'final', 1);
}

/** `name.` on the way to an end of the query that is being read, subqueries included. */
function readsFrom(c: Cursor, name: string, step: 1 | -1): boolean {
  let depth = 0;
  const last = c.pos + step * MAX_QUERY;
  for (let at = c.pos + step; at >= 0 && at < c.tokens.length && at !== last && depth >= 0; at += step) {
    const { word, kind } = c.tokens[at] as Token;
    if (word === '(' || word === ')') depth += (word === '(') === (step === 1) ? 1 : -1;
    else if (depth === 0 && (word === 'union' || word === ';')) break;
    else if (kind === 'word' && word === name && c.tokens[at + 1]?.word === '.') return true;
  }
  return false;
}

/** Samples, time travel, hints: true when one stood here and was passed over. */
function skipModifier(c: Cursor): boolean {
  const word = c.word();
  const next = c.word(1);
  switch (word) {
    case 'at':
    case 'before':
    case 'changes':
      if (next !== '(') return word === 'at' && skipPosition(c);
      c.advance();
      if (!c.skipGroup()) return false;
      // `changes (…) at (…) end (…)` of Snowflake.
      if (c.word() === 'end' && c.word(1) === '(') {
        c.advance();
        c.skipGroup();
      }
      return true;
    case 'partition':
      if (next !== '(') return false;
      c.advance();
      return c.skipGroup();
    case 'tablesample':
    case 'sample':
      return skipSample(c);
    case 'using':
      if (next !== 'sample') return false;
      c.advance();
      return skipSample(c);
    case 'version':
    case 'timestamp':
    case 'system_time':
      if (next !== 'as' || c.word(2) !== 'of') return false;
      c.pos += 3;
      parseExpression(c, POWER.and);
      return true;
    case 'for':
      return skipTimeTravel(c, next);
    case 'final':
      if (!isFinalOfClickHouse(c)) return false;
      c.advance();
      return true;
    case 'with':
      // Hints of T-SQL; `with (` of a CTE cannot stand here.
      if (next !== '(') return false;
      c.advance();
      return c.skipGroup();
    case 'use':
    case 'force':
    case 'ignore':
      if (next !== 'index' && next !== 'key') return false;
      c.pos += 2;
      if (c.accept('for')) while (!c.isAtEnd() && c.word() !== '(') c.advance();
      c.skipGroup();
      return true;
    case '(':
      return c.dialect === 'tsql' && c.word(1) === 'nolock' && c.skipGroup();
    case '*':
      // Postgres: `t *` includes the tables that inherit.
      return false;
    default:
      // `t@v12`, `t@20240101` of Delta.
      if (c.start() !== c.last()) return false;
      if (c.kind() === 'parameter' && c.textOf(c.peek()).startsWith('@')) c.advance();
      else if (c.word() === '@' && c.kind(1) === 'number') c.pos += 2;
      else return false;
      return true;
  }
}

/** `from t, t.items as item at i` of Redshift: a column for the position, which nobody lists. */
function skipPosition(c: Cursor): boolean {
  if (c.dialect !== 'redshift' && c.dialect !== 'ansi') return false;
  if (!isName(c, 1) || startsClause(c, 1) || c.word(1) === 'time') return false;
  c.pos += 2;
  c.isOpaque = true;
  return true;
}

function skipSample(c: Cursor): boolean {
  const isBare = c.kind(1) === 'number';
  const method = c.kind(1) === 'word' && (c.word(2) === '(' || c.kind(2) === 'number') ? 1 : 0;
  if (!isBare && c.word(1 + method) !== '(' && c.kind(1 + method) !== 'number' && !c.isUnknown(1)) return false;
  c.pos += 1 + method;
  if (c.word() === '(') c.skipGroup();
  else c.advance();
  if (c.word() === '%' || c.word() === 'percent' || c.word() === 'rows') c.advance();
  if (c.word() === '/' && c.kind(1) === 'number') c.pos += 2;
  if (c.word() === 'offset' && c.kind(1) === 'number' && c.dialect === 'clickhouse') c.pos += 2;
  if (c.word() === '(') c.skipGroup();
  while ((c.word() === 'repeatable' || c.word() === 'seed') && c.word(1) === '(') {
    c.advance();
    c.skipGroup();
  }
  return true;
}

/** `for system_time as of x`, `for version as of x`, `for timestamp as of x`, `for system_time between a and b`. */
function skipTimeTravel(c: Cursor, next: string): boolean {
  if (next === 'system' && c.word(2) === 'time') c.advance();
  else if (next !== 'system_time' && next !== 'system_version' && next !== 'version' && next !== 'timestamp')
    return false;
  c.pos += 2;
  if (c.acceptWords('as', 'of')) {
    parseExpression(c, POWER.and);
    return true;
  }
  if (c.accept('all')) return true;
  if (c.accept('contained')) c.accept('in');
  if (c.accept('from') || c.accept('between')) {
    parseExpression(c, POWER.and);
    if (!c.accept('to')) c.accept('and');
  }
  if (isOperandStart(c)) parseExpression(c, POWER.and);
  return true;
}

/** `with offset [as o]` and `with ordinality` behind UNNEST; the alias may come before or after. */
function parseOffset(c: Cursor, table: TableExpression): TableExpression {
  const form = c.word(1) as 'offset' | 'ordinality';
  c.pos += 2;
  let name: Identifier | undefined;
  if (form === 'offset') {
    if (c.word() === 'as' && isName(c, 1)) c.advance();
    if (isName(c) && !isReserved(c.word()) && !startsClause(c)) name = c.identifier(c.advance());
  }
  const end = Math.max(table.end, c.last());
  if (table.kind !== 'unnest') return table.kind === 'error' ? table : { ...table, end };
  const unnest: UnnestTable = { ...table, end, offset: { name, form } };
  return unnest;
}

/**
 * `(sum(x) as s for m in ('a', 'b'))`, `(x for m in (a as 'A', b))`: all expressions, in order. FOR and IN only separate.
 */
function parsePivot(c: Cursor): ExpressionItem[] {
  const items: ExpressionItem[] = [];
  const group = c.enter();
  parsePivotItems(c, items);
  c.leave(group);
  return items;
}

function parsePivotItems(c: Cursor, items: ExpressionItem[]): void {
  while (!c.isAtEnd()) {
    if (c.accept(',') || c.accept('for') || c.accept('in')) continue;
    if (c.isUnknown()) c.isOpaque = true;
    if (c.word() === '(' && c.tokens[c.pos - 1]?.word === 'in') {
      const group = c.enter();
      parsePivotItems(c, items);
      c.leave(group);
      continue;
    }
    if (c.word() === 'default' || c.word() === 'any' || c.word() === 'order' || c.word() === 'group') {
      // `in (any order by x)`, `default on null (0)`.
      c.pos = c.end;
      return;
    }
    if (c.word() === 'select' || c.word() === 'with') {
      c.pos = c.end;
      return;
    }
    if (!isOperandStart(c)) return;
    const start = c.start();
    const expression = parseExpression(c, POWER.comparison);
    let alias: Identifier | undefined;
    if (c.accept('as')) {
      if (isName(c) || c.kind() === 'string' || c.kind() === 'number') alias = c.identifier(c.advance());
    } else if (isName(c) && c.word() !== 'for' && c.word() !== 'in' && !c.isUnknown()) {
      alias = c.identifier(c.advance());
    }
    const end = Math.max(expression.end, c.last());
    items.push({
      kind: 'item',
      start: Math.min(start, expression.start),
      end,
      expression,
      alias,
      aliases: undefined,
      aliasFirst: false,
      ordinal: c.items++,
    });
  }
}
