import { isSetOperator, startsClause } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression } from './parse-expression.ts';
import { parseGroupBy } from './parse-group-by.ts';
import { parseItems } from './parse-items.ts';
import { isName, parseName } from './parse-names.ts';
import { isOperandStart } from './parse-operand.ts';
import { parseFrom } from './parse-table.ts';
import { parseExpressionList, parseNamedWindows } from './parse-window.ts';
import type {
  Clause,
  DistinctClause,
  Expression,
  FromClause,
  GroupByClause,
  NamedWindow,
  Select,
  SelectItem,
} from './tree.ts';

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
  if (!isOpaque) checkStar(c, parts);
  c.isOpaque = isOpaqueAround || isOpaque;
  return { kind: 'select', ...c.spanFrom(start), ...parts, isOpaque };
}

/** `select *` and nothing to take columns from: refused everywhere but in ClickHouse. */
function checkStar(c: Cursor, { keyword, items, from, others }: Parts): void {
  if (keyword === undefined || from !== undefined || others.length > 0 || c.dialect === 'clickhouse') return;
  const [star] = items;
  if (items.length !== 1 || star?.kind !== 'star' || star.qualifier !== undefined || c.isUnknown()) return;
  if (c.isAtEnd() || isSetOperator(c)) c.problem(`this star has no 'from' to take columns from`, star);
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
    } else if (MODIFIERS.has(word) && (isOperandStart(c, 1) || c.word(1) === '*')) {
      c.advance();
    } else {
      break;
    }
  }
  const list = parseItems(c);
  parts.items = list.items;
  parts.hasTrailingComma = list.hasTrailingComma;
}

/** Of MySQL and Flink; they change no result that matters here. */
const MODIFIERS = new Set([
  'straight_join',
  'stream',
  'high_priority',
  'distinctrow',
  ...['sql_small_result', 'sql_big_result', 'sql_buffer_result', 'sql_cache', 'sql_no_cache', 'sql_calc_found_rows'],
]);

/** `top (10) a`: a list follows the group; `top(10)` alone is a call. */
function isItemBehindGroup(c: Cursor): boolean {
  const behind = 1 + c.groupLength(1);
  return (
    behind > 1 &&
    (isOperandStart(c, behind) || c.word(behind) === '*' || c.word(behind) === 'with' || c.word(behind) === 'percent')
  );
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
      if (c.word() === 'outfile' || c.word() === 'dumpfile') {
        while (!c.isAtEnd() && c.word() !== 'from') c.skipOne();
        parts.others.push(c.spanFrom(start));
        return true;
      }
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
    'lock',
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
