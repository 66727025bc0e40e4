import { startsClause } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression } from './parse-expression.ts';
import { isOperandStart } from './parse-operand.ts';
import type { GroupByClause, GroupingItem } from './tree.ts';

/** GROUP BY, whose first word comes next. */
export function parseGroupBy(c: Cursor): GroupByClause {
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
  while (c.word() === 'with' && (c.word(1) === 'rollup' || c.word(1) === 'cube' || c.word(1) === 'totals')) {
    const form = c.word(1) === 'rollup' ? 'rollup' : 'cube';
    const isTotals = c.word(1) === 'totals';
    c.pos += 2;
    if (!isTotals) {
      const first = items[0]?.start ?? start;
      const wrapped: GroupingItem = { kind: 'grouping', start: first, end: c.last(), form, items: [...items] };
      items.splice(0, items.length, wrapped);
    }
  }
  // Hive: the sets stand behind the columns.
  if (c.acceptWords('grouping', 'sets') && c.word() === '(') c.skipGroup();
  return { kind: 'group-by', ...c.spanFrom(start), all, items };
}

function parseGroupingItems(c: Cursor, into: GroupingItem[]): void {
  do {
    // DuckDB allows a comma behind the last.
    if (into.length > 0 && c.dialect === 'duckdb' && (c.isAtEnd() || startsClause(c))) return;
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
