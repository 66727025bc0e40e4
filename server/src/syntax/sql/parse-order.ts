import type { Cursor } from './cursor.ts';
import { parseExpression } from './parse-expression.ts';
import { isOperandStart, numberLiteral } from './parse-operand.ts';
import type { Expression, LimitClause, OrderByClause, OrderItem } from './tree.ts';

/** ORDER BY (or SORT BY, CLUSTER BY), whose two words come next. */
export function parseOrderBy(c: Cursor): OrderByClause {
  const start = c.start();
  c.advance();
  c.accept('siblings');
  if (!c.accept('by')) c.missing(`'by'`);
  const items: OrderItem[] = [];
  if (c.word() === 'all' && !isOperandStart(c, 1) && c.word(1) !== '.') {
    c.advance();
    if (c.word() === 'asc' || c.word() === 'desc') c.advance();
    parseNulls(c);
    return { kind: 'order-by', ...c.spanFrom(start), all: true, items };
  }
  do {
    if (
      items.length > 0 &&
      !isOperandStart(c) &&
      c.tokens[c.pos - 1]?.word === ',' &&
      !c.isAtEnd() &&
      c.word() !== ','
    ) {
      // A comma left behind is no item.
      c.missing('a column or expression');
      break;
    }
    items.push(parseOrderItem(c));
  } while (c.accept(','));
  return { kind: 'order-by', ...c.spanFrom(start), all: false, items };
}

function parseOrderItem(c: Cursor): OrderItem {
  const expression = parseExpression(c);
  let direction: 'asc' | 'desc' | undefined;
  while (c.isUnknown()) c.advance();
  if (c.word() === 'asc' || c.word() === 'desc') direction = c.advance().word as 'asc' | 'desc';
  else if (c.word() === 'using' && c.kind(1) === 'operator') c.pos += 2;
  else if (c.word() === 'using' && c.word(1) === 'operator' && c.word(2) === '(') {
    c.pos += 2;
    c.skipGroup();
  }
  const nulls = parseNulls(c);
  if (c.word() === 'with' && c.word(1) === 'fill') {
    // ClickHouse: `with fill from a to b step c`.
    c.pos += 2;
    while (c.word() === 'from' || c.word() === 'to' || c.word() === 'step') {
      c.advance();
      parseExpression(c);
    }
    if (c.accept('interpolate')) c.skipGroup();
  }
  return {
    kind: 'order-item',
    start: expression.start,
    end: Math.max(expression.end, c.last()),
    expression,
    direction,
    nulls,
  };
}

function parseNulls(c: Cursor): 'first' | 'last' | undefined {
  if (c.word() !== 'nulls' || (c.word(1) !== 'first' && c.word(1) !== 'last')) return undefined;
  c.advance();
  return c.advance().word as 'first' | 'last';
}

/** True when LIMIT, OFFSET or FETCH comes next. */
export function startsLimit(c: Cursor): boolean {
  const word = c.word();
  return word === 'limit' || word === 'offset' || (word === 'fetch' && isFetch(c));
}

/** `fetch first …`, `fetch next …`, `fetch 3` of Snowflake. */
function isFetch(c: Cursor): boolean {
  return c.word(1) === 'first' || c.word(1) === 'next' || c.kind(1) === 'number';
}

/** ClickHouse: so many rows for each value. */
function skipLimitBy(c: Cursor): void {
  c.advance();
  do parseExpression(c);
  while (c.accept(','));
}

/** LIMIT, OFFSET and FETCH in any order. */
export function parseLimit(c: Cursor): LimitClause {
  const start = c.start();
  let limit: Expression | undefined;
  let offset: Expression | undefined;
  while (startsLimit(c)) {
    const word = c.advance().word;
    if (word === 'limit') {
      if (c.word() === 'all') c.advance();
      else if (c.kind() === 'number' && c.word(1) === '%') limit = numberLiteral(c, c.advance());
      else limit = parseExpression(c);
      if (c.accept('percent')) continue;
      if (c.word() === '%') c.advance();
      if (c.accept(',')) {
        // MySQL, ClickHouse: the offset comes first.
        offset = limit;
        limit = parseExpression(c);
      }
      if (c.word() === 'by') {
        limit = undefined;
        skipLimitBy(c);
      } else if (c.acceptWords('with', 'ties')) {
      }
    } else if (word === 'offset') {
      offset = parseExpression(c);
      if (c.word() === 'row' || c.word() === 'rows') c.advance();
      if (c.word() === 'by') {
        limit = undefined;
        skipLimitBy(c);
      }
    } else {
      if (c.kind() !== 'number') c.advance();
      if (c.word() !== 'row' && c.word() !== 'rows') limit = parseExpression(c);
      if (c.word() === 'percent') c.advance();
      if (c.word() === 'row' || c.word() === 'rows') c.advance();
      if (!c.accept('only')) c.acceptWords('with', 'ties');
    }
  }
  return { kind: 'limit', ...c.spanFrom(start), limit, offset };
}
