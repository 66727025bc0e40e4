import type { Span } from '../../base/span.ts';
import { isQueryStart } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { POWER, parseBinary, parseExpression } from './parse-expression.ts';
import { isOperandStart } from './parse-operand.ts';
import { parseQuery } from './parse-query.ts';
import type { Expression, InExpression, QuantifiedComparison } from './tree.ts';
import { isReserved } from './words.ts';

export function parseQuantified(
  c: Cursor,
  operand: Expression,
  operator: string,
  quantifier: 'any' | 'all' | 'some',
): QuantifiedComparison {
  c.advance();
  const { query, list } = parseQueryOrList(c);
  return { kind: 'quantified', start: operand.start, end: c.last(), operator, quantifier, operand, query, list };
}

/** A group that holds a query or expressions. */
function parseQueryOrList(c: Cursor): Pick<InExpression, 'query' | 'list'> {
  const group = c.enter();
  if (isQueryStart(c)) {
    const query = parseQuery(c);
    c.leave(group);
    return { query, list: undefined };
  }
  const list: Expression[] = [];
  while (!c.isAtEnd()) {
    list.push(parseExpression(c));
    if (!c.accept(',')) {
      if (!isOperandStart(c)) break;
      c.unexpected(': is a comma missing?');
    }
  }
  c.leave(group);
  return { query: undefined, list };
}

export function parseIs(c: Cursor, left: Expression): Expression {
  const start = c.start();
  c.advance();
  const not = c.accept('not');
  if (c.acceptWords('distinct', 'from')) {
    const operatorSpan = c.spanFrom(start);
    const right = parseExpression(c, POWER.comparison);
    const operator = not ? 'is not distinct from' : 'is distinct from';
    return {
      kind: 'binary',
      start: left.start,
      end: Math.max(right.end, operatorSpan.end),
      operator,
      operatorSpan,
      left,
      right,
    };
  }
  let test = '';
  const token = c.peek();
  if (token.kind === 'word' && (!isReserved(token.word) || token.word === 'null')) {
    test = token.word;
    c.advance();
    if (test === 'json' && JSON_KINDS.has(c.word())) test += ` ${c.advance().word}`;
    else if (test === 'of') {
      c.accept('type');
      c.skipGroup();
    } else if (c.word() === 'normalized') c.advance();
  } else if (token.kind === 'unknown') {
    c.advance();
  } else if (token.kind === 'word' || token.kind === 'space' || token.kind === 'operator') {
    c.missing(`'null', 'true' or 'false'`);
  } else {
    // `is 1` and `is 'x'` of SQLite compare.
    const right = parseExpression(c, POWER.comparison);
    const operator = not ? 'is not' : 'is';
    return {
      kind: 'binary',
      start: left.start,
      end: right.end,
      operator,
      operatorSpan: { start, end: right.start },
      left,
      right,
    };
  }
  return { kind: 'is', start: left.start, end: c.last(), not, operand: left, test };
}

const JSON_KINDS = new Set(['value', 'array', 'object', 'scalar']);

/** `[not] in`, `[not] between`, `[not] like` and its kin; `ahead` is 1 when `not` comes first. */
export function parseComparisonWord(c: Cursor, left: Expression, ahead: 0 | 1): Expression | undefined {
  const not = ahead === 1;
  const word = c.word(ahead);
  const start = c.start();
  switch (word) {
    case 'in':
      c.pos += ahead + 1;
      return parseIn(c, left, not, c.spanFrom(start));
    case 'between': {
      c.pos += ahead;
      const keywordStart = c.start();
      c.advance();
      const keyword = c.spanFrom(keywordStart);
      if (!c.accept('symmetric')) c.accept('asymmetric');
      const low = parseExpression(c, POWER.comparison);
      if (!c.accept('and') && !c.isUnknown()) {
        const high = c.missing(`'and' and the upper bound of 'between'`);
        return {
          kind: 'between',
          start: left.start,
          end: Math.max(low.end, c.last()),
          not,
          operand: left,
          low,
          high,
          keyword,
        };
      }
      const high = parseExpression(c, POWER.comparison);
      return {
        kind: 'between',
        start: left.start,
        end: Math.max(high.end, c.last()),
        not,
        operand: left,
        low,
        high,
        keyword,
      };
    }
    case 'like':
    case 'ilike':
    case 'rlike':
    case 'regexp':
    case 'iregexp':
    case 'glob':
    case 'match':
    case 'contains':
      if (!not && (word === 'match' || word === 'contains' || word === 'glob') && !isOperandStart(c, 1))
        return undefined;
      if (!not && word === 'contains' && c.word(1) === '(') return undefined;
      c.pos += ahead + 1;
      return parseLike(c, left, word, not);
    case 'similar':
      if (c.word(ahead + 1) !== 'to') return undefined;
      c.pos += ahead + 2;
      return parseLike(c, left, 'similar to', not);
    case 'sounds':
      return c.word(1) === 'like' ? parseBinary(c, left, 'sounds like', 2, POWER.comparison) : undefined;
    case 'overlaps':
      return isOperandStart(c, 1) ? parseBinary(c, left, 'overlaps', 1, POWER.comparison) : undefined;
    case 'member':
      return c.word(1) === 'of' ? parseBinary(c, left, 'member of', 2, POWER.comparison) : undefined;
    default:
      if (!not) return undefined;
      if (c.word(1) === 'null' || c.kind(1) === 'unknown') {
        // `not null` as a test (Postgres: `notnull` in two words is DuckDB's).
        c.pos += 2;
        return { kind: 'is', start: left.start, end: c.last(), not: true, operand: left, test: 'null' };
      }
      c.unexpected();
      c.advance();
      return left;
  }
}

function parseIn(c: Cursor, operand: Expression, not: boolean, keyword: Span): Expression {
  if (c.word() === '(') {
    const { query, list } = parseQueryOrList(c);
    return {
      kind: 'in',
      start: operand.start,
      end: c.last(),
      not,
      operand,
      list,
      query,
      expression: undefined,
      keyword,
    };
  }
  const expression = parseExpression(c, POWER.comparison);
  const end = Math.max(expression.end, c.last());
  return {
    kind: 'in',
    start: operand.start,
    end,
    not,
    operand,
    list: undefined,
    query: undefined,
    expression,
    keyword,
  };
}

function parseLike(c: Cursor, operand: Expression, operator: string, not: boolean): Expression {
  const word = c.word();
  if ((word === 'any' || word === 'all' || word === 'some') && c.word(1) === '(') {
    const found = parseQuantified(c, operand, not ? `not ${operator}` : operator, word);
    if (c.word() !== 'escape') return found;
    c.advance();
    parseExpression(c, POWER.comparison);
    return { ...found, end: c.last() };
  }
  const pattern = parseExpression(c, POWER.comparison);
  let escapeCharacter: Expression | undefined;
  if (c.accept('escape')) escapeCharacter = parseExpression(c, POWER.comparison);
  return {
    kind: 'like',
    start: operand.start,
    end: Math.max(pattern.end, c.last()),
    operator,
    not,
    operand,
    pattern,
    escape: escapeCharacter,
  };
}
