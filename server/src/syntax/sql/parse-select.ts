import { isSetOperator, startsClause } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression } from './parse-expression.ts';
import { emptyIdentifier, isName, parseName, parseNameList } from './parse-names.ts';
import { isOperandStart } from './parse-operand.ts';
import { parseFrom } from './parse-table.ts';
import { parseExpressionList, parseNamedWindows } from './parse-window.ts';
import type {
  Clause,
  DistinctClause,
  Expression,
  FromClause,
  GroupByClause,
  GroupingItem,
  Identifier,
  NamedWindow,
  Select,
  SelectItem,
} from './tree.ts';
import { isNotItemAlias, isReserved } from './words.ts';

interface Parts {
  keyword: { start: number; end: number } | undefined;
  distinct: DistinctClause | undefined;
  top: { start: number; end: number } | undefined;
  as: 'struct' | 'value' | undefined;
  items: SelectItem[];
  hasTrailingComma: boolean;
  from: FromClause | undefined;
  where: Clause | undefined;
  groupBy: GroupByClause | undefined;
  having: Clause | undefined;
  qualify: Clause | undefined;
  windows: NamedWindow[];
  others: { start: number; end: number }[];
  otherExpressions: Expression[];
}

/** SELECT with its clauses up to ORDER BY or the next branch; FROM may come first. Clauses are taken in any order. */
export function parseSelect(c: Cursor): Select {
  const start = c.start();
  const isOpaqueAround = c.isOpaque;
  c.isOpaque = false;
  const parts: Parts = {
    keyword: undefined,
    distinct: undefined,
    top: undefined,
    as: undefined,
    items: [],
    hasTrailingComma: false,
    from: undefined,
    where: undefined,
    groupBy: undefined,
    having: undefined,
    qualify: undefined,
    windows: [],
    others: [],
    otherExpressions: [],
  };
  if (c.word() === 'select') parseSelectList(c, parts);
  while (!c.isAtEnd() && parseClause(c, parts)) {
    // each turn takes one clause
  }
  const isOpaque = c.isOpaque;
  c.isOpaque = isOpaqueAround || isOpaque;
  return { kind: 'select', ...c.spanFrom(start), ...parts, isOpaque };
}

function parseSelectList(c: Cursor, parts: Parts): void {
  const keyword = c.advance();
  parts.keyword = { start: keyword.start, end: keyword.end };
  for (;;) {
    const start = c.start();
    const word = c.word();
    if (word === 'distinct') {
      c.advance();
      let on: Expression[] | undefined;
      if (c.word() === 'on' && c.word(1) === '(') {
        c.advance();
        const group = c.enter();
        on = [];
        if (!c.isAtEnd()) parseExpressionList(c, on);
        c.leave(group);
      }
      parts.distinct = { kind: 'distinct', ...c.spanFrom(start), on };
    } else if (word === 'all' && (isOperandStart(c, 1) || c.word(1) === '*')) {
      c.advance();
    } else if (
      word === 'top' &&
      (c.kind(1) === 'number' ||
        c.kind(1) === 'parameter' ||
        c.isUnknown(1) ||
        (c.word(1) === '(' && isItemBehindGroup(c)))
    ) {
      c.advance();
      if (c.word() === '(') c.skipGroup();
      else c.advance();
      if (c.word() === 'percent') c.advance();
      c.acceptWords('with', 'ties');
      parts.top = c.spanFrom(start);
    } else if (word === 'as' && (c.word(1) === 'struct' || c.word(1) === 'value')) {
      parts.as = c.word(1) as 'struct' | 'value';
      c.pos += 2;
    } else if (
      (word === 'straight_join' || word === 'sql_calc_found_rows' || word === 'stream') &&
      isOperandStart(c, 1)
    ) {
      c.advance();
    } else {
      break;
    }
  }
  parseItems(c, parts);
}

/** `top (10) a`: a list follows the group; `top(10)` alone is a call. */
function isItemBehindGroup(c: Cursor): boolean {
  const behind = 1 + c.groupLength(1);
  return (
    behind > 1 &&
    (isOperandStart(c, behind) || c.word(behind) === '*' || c.word(behind) === 'with' || c.word(behind) === 'percent')
  );
}

function parseItems(c: Cursor, parts: Parts): void {
  const inListAround = c.inList;
  c.inList = true;
  const items = parts.items;
  let isAfterComma = false;
  for (;;) {
    if (isEndOfItems(c)) {
      if (isAfterComma) parts.hasTrailingComma = true;
      if (items.length === 0 || (isAfterComma && c.isAtEnd())) {
        const expression = c.missing('a column or expression');
        if (items.length === 0) items.push(asItem(expression));
      }
      break;
    }
    const before = c.pos;
    items.push(
      c.isUnknown() && isWholeItem(c)
        ? parseUnknownItem(c)
        : c.word() === ','
          ? asItem(c.missing('a column or expression'))
          : parseItem(c),
    );
    if (c.accept(',')) {
      isAfterComma = true;
      continue;
    }
    isAfterComma = false;
    if (isEndOfItems(c)) break;
    if (c.isUnknown()) continue;
    if (items[items.length - 1]?.kind === 'unknown-item') continue;
    if (isOperandStart(c) && c.pos > before) {
      c.unexpected(': is a comma missing?');
      continue;
    }
    c.unexpected();
    while (!c.isAtEnd() && c.word() !== ',' && !isEndOfItems(c)) c.skipOne();
    if (!c.accept(',')) break;
    isAfterComma = true;
  }
  c.inList = inListAround;
}

function isEndOfItems(c: Cursor): boolean {
  if (c.isAtEnd()) return true;
  const word = c.word();
  if (word === 'into' || word === '|>') return true;
  return startsClause(c) || isSetOperator(c);
}

function asItem(expression: Expression): SelectItem {
  const { start, end } = expression;
  return { kind: 'item', start, end, expression, alias: undefined, aliases: undefined, aliasFirst: false };
}

/** True when the placeholder that comes next is not the start of an expression or its name. */
function isWholeItem(c: Cursor): boolean {
  const next = c.peek(1);
  if (c.pos + 1 >= c.end || next.word === ',' || next.kind === 'unknown') return true;
  if (next.word === 'as' || next.kind === 'quoted') return false;
  if (next.kind === 'operator') return (next.word === '(' || next.word === '.') && next.start > c.peek().end;
  if (next.kind !== 'word') return false;
  // `{{ x }} t.a`: what stands behind the placeholder is an item of its own.
  if (c.word(2) === '.' || c.word(2) === '(') return !INFIX_WORDS.has(next.word);
  return (isReserved(next.word) || startsClause(c, 1)) && !INFIX_WORDS.has(next.word);
}

const INFIX_WORDS = new Set(['and', 'or', 'is', 'in', 'not', 'like', 'ilike', 'between', 'over']);

function parseUnknownItem(c: Cursor): SelectItem {
  c.isOpaque = true;
  const token = c.advance();
  return { kind: 'unknown-item', start: token.start, end: token.end };
}

function parseItem(c: Cursor): SelectItem {
  const start = c.start();
  const kind = c.kind();
  const startsWithName = kind === 'word' || kind === 'quoted' || kind === 'string';
  if (startsWithName) {
    const next = c.word(1);
    const isAliasFirst =
      (next === ':' && !c.syntax.paths && kind !== 'string') || (next === '=' && c.syntax.equalsAliases);
    if (isAliasFirst && (kind === 'quoted' || kind === 'string' || isName(c))) {
      const alias = aliasOf(c);
      c.advance();
      const expression = parseExpression(c);
      return {
        kind: 'item',
        start,
        end: Math.max(expression.end, c.last()),
        expression,
        alias,
        aliases: undefined,
        aliasFirst: true,
      };
    }
  }
  const isPlaceholderFirst = c.isUnknown();
  const expression = parseExpression(c);
  if (expression.kind === 'star-expression' && c.word() !== 'as') return expression.item;
  let alias: Identifier | undefined;
  let aliases: Identifier[] | undefined;
  if (c.accept('as')) {
    if (c.word() === '(') aliases = parseNameList(c);
    else if (
      c.kind() === 'string' ||
      c.kind() === 'quoted' ||
      c.isUnknown() ||
      (c.kind() === 'word' && !startsClause(c))
    )
      alias = aliasOf(c);
    else {
      c.missing('a name');
      alias = emptyIdentifier(c);
    }
  } else if (c.kind() === 'quoted' || (c.kind() === 'string' && expression.kind !== 'literal')) {
    alias = aliasOf(c);
  } else if (c.kind() === 'word' && !isNotItemAlias(c.word()) && !startsClause(c)) {
    alias = aliasOf(c);
    // `{{ x }} a`: an expression and its name, or columns in front of a.
    if (isPlaceholderFirst && expression.kind === 'unknown') c.isOpaque = true;
  }
  const end = Math.max(expression.end, c.last());
  if (alias === undefined && aliases === undefined && isColumnsCall(c, expression)) {
    return { kind: 'star', start, end, qualifier: undefined, exclude: [], replace: [], rename: [], isFiltered: true };
  }
  return { kind: 'item', start: Math.min(start, expression.start), end, expression, alias, aliases, aliasFirst: false };
}

/** `columns('x.*')` gives the columns whose names match. */
function isColumnsCall(c: Cursor, expression: Expression): boolean {
  if (expression.kind !== 'call' || expression.name.parts.length !== 1) return false;
  if (c.dialect !== 'duckdb' && c.dialect !== 'clickhouse' && c.dialect !== 'ansi') return false;
  return (expression.name.parts[0] as Identifier).name.toLowerCase() === 'columns';
}

function aliasOf(c: Cursor): Identifier {
  const token = c.advance();
  if (token.kind !== 'string') return c.identifier(token);
  const { start, end, hasUnknown } = token;
  return { kind: 'identifier', start, end, name: c.textOf(token).slice(1, -1), quoted: true, hasUnknown };
}

/** Reads the clause that comes next; false when none of a select does. */
function parseClause(c: Cursor, parts: Parts): boolean {
  const start = c.start();
  const word = c.word();
  switch (word) {
    case 'from': {
      if (parts.from) c.problem(`a second 'from'`, c.peek());
      const from = parseFrom(c);
      parts.from ??= from;
      return true;
    }
    case 'select':
      // FROM-first.
      if (parts.keyword !== undefined || parts.from === undefined) return false;
      parseSelectList(c, parts);
      return true;
    case 'prewhere':
      addOther(c, parts, start, parseCondition(c).condition);
      return true;
    case 'where': {
      const clause = parseCondition(c);
      if (parts.where) c.problem(`a second 'where'`, { start, end: start + 5 }, c.pos - 1);
      if (parts.where === undefined) parts.where = clause;
      else addOther(c, parts, start, clause.condition);
      return true;
    }
    case 'having': {
      const clause = parseCondition(c);
      if (parts.having === undefined) parts.having = clause;
      else addOther(c, parts, start, clause.condition);
      return true;
    }
    case 'qualify': {
      const clause = parseCondition(c);
      if (parts.qualify === undefined) parts.qualify = clause;
      else addOther(c, parts, start, clause.condition);
      return true;
    }
    case 'group': {
      const clause = parseGroupBy(c);
      if (parts.groupBy === undefined) parts.groupBy = clause;
      else parts.others.push(c.spanFrom(start));
      return true;
    }
    case 'window':
      c.advance();
      parseNamedWindows(c, parts.windows);
      return true;
    case 'connect':
    case 'start':
      c.pos += 2;
      if (c.word() === 'nocycle') c.advance();
      addOther(c, parts, start, parseExpression(c));
      return true;
    case 'cluster':
    case 'distribute':
    case 'sort': {
      if (c.word(1) !== 'by') break;
      c.pos += 2;
      do {
        parts.otherExpressions.push(parseExpression(c));
        if (c.word() === 'asc' || c.word() === 'desc') c.advance();
        if (c.word() === 'nulls') c.pos = Math.min(c.end, c.pos + 2);
      } while (c.accept(','));
      parts.others.push(c.spanFrom(start));
      return true;
    }
    case 'into':
      c.advance();
      if (c.word() === 'temporary' || c.word() === 'temp' || c.word() === 'unlogged') c.advance();
      if (c.word() === 'table') c.advance();
      if (isName(c)) parseName(c);
      else if (c.kind() === 'parameter') c.advance();
      else c.missing('a table');
      parts.others.push(c.spanFrom(start));
      return true;
    case 'using':
      if (c.word(1) !== 'sample') break;
      c.pos += 2;
      while (!c.isAtEnd() && !startsClause(c)) c.skipOne();
      parts.others.push(c.spanFrom(start));
      return true;
    default:
  }
  if (c.isUnknown()) {
    // Between two branches it may stand for the word between them, which the query reads.
    let count = 1;
    while (c.isUnknown(count)) count++;
    c.isOpaque = true;
    if (isSetOperator(c, count) || (c.word(count) === 'select' && parts.keyword !== undefined)) return false;
    c.advance();
    return true;
  }
  return recover(c);
}

/** Text that belongs to no clause is passed over up to the next clause; what a query may go on with is left to it. */
function recover(c: Cursor): boolean {
  if (c.isAtEnd() || isSetOperator(c) || GOES_ON.has(c.word())) return false;
  if (c.word() === 'on' && (c.word(1) === 'conflict' || c.word(1) === 'duplicate')) return false;
  if (startsClause(c) && !isReadHere(c)) return false;
  c.unexpected();
  const before = c.pos;
  while (!c.isAtEnd()) {
    c.skipOne();
    if (startsClause(c) || isSetOperator(c) || GOES_ON.has(c.word())) break;
  }
  return c.pos > before && !c.isAtEnd();
}

const GOES_ON = new Set([
  ...[
    'order',
    'limit',
    'offset',
    'fetch',
    '|>',
    'for',
    'option',
    'settings',
    'format',
    'returning',
    'with',
    'select',
    ',',
  ],
  ...['when', 'as', ';', 'insert', 'merge', 'update', 'delete', 'create'],
]);

function isReadHere(c: Cursor): boolean {
  const word = c.word();
  return word === 'join' || word === 'on' || word === 'using' || word === 'partition';
}

function addOther(c: Cursor, parts: Parts, start: number, expression: Expression): void {
  parts.others.push(c.spanFrom(start));
  parts.otherExpressions.push(expression);
}

function parseCondition(c: Cursor): Clause {
  const start = c.start();
  c.advance();
  const condition = parseExpression(c);
  return { kind: 'clause', ...c.spanFrom(start), condition };
}

function parseGroupBy(c: Cursor): GroupByClause {
  const start = c.start();
  c.advance();
  c.expect('by');
  const items: GroupingItem[] = [];
  let all = false;
  if ((c.word() === 'all' || c.word() === 'distinct') && c.word(1) !== '.' && c.word(1) !== '(') {
    const quantifier = c.advance().word;
    // `group by all` or Postgres' `group by all a, b`.
    if (quantifier === 'all' && (!isOperandStart(c) || startsClause(c))) all = true;
  }
  if (!all) parseGroupingItems(c, items);
  if (c.word() === 'with' && (c.word(1) === 'rollup' || c.word(1) === 'cube' || c.word(1) === 'totals')) {
    const form = c.word(1) === 'rollup' ? 'rollup' : 'cube';
    const isTotals = c.word(1) === 'totals';
    c.pos += 2;
    if (!isTotals) {
      const first = items[0]?.start ?? start;
      const wrapped: GroupingItem = { kind: 'grouping', start: first, end: c.last(), form, items: [...items] };
      items.splice(0, items.length, wrapped);
    }
  } else if (c.acceptWords('grouping', 'sets')) {
    // Hive: the sets stand behind the columns.
    if (c.word() === '(') c.skipGroup();
  }
  return { kind: 'group-by', ...c.spanFrom(start), all, items };
}

function parseGroupingItems(c: Cursor, into: GroupingItem[]): void {
  do {
    into.push(parseGroupingItem(c));
  } while (c.accept(','));
}

function parseGroupingItem(c: Cursor): GroupingItem {
  const start = c.start();
  const word = c.word();
  const isSets = word === 'grouping' && c.word(1) === 'sets';
  if (isSets || ((word === 'rollup' || word === 'cube') && c.word(1) === '(')) {
    if (!c.enterLevel()) return parseExpression(c);
    c.pos += isSets ? 2 : 1;
    const items: GroupingItem[] = [];
    if (c.word() === '(') {
      const group = c.enter();
      if (!c.isAtEnd()) parseGroupingItems(c, items);
      c.leave(group);
    } else {
      c.missing('sets in parentheses');
    }
    c.depth--;
    return {
      kind: 'grouping',
      ...c.spanFrom(start),
      form: isSets ? 'grouping-sets' : (word as 'rollup' | 'cube'),
      items,
    };
  }
  if (word === '(' && c.word(1) === ')') {
    c.pos += 2;
    return { kind: 'grouping', ...c.spanFrom(start), form: 'empty', items: [] };
  }
  return parseExpression(c);
}
