import type { Span } from '../../base/span.ts';
import { isQueryStart, startsClause } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { isOperandStart, parseOperand } from './parse-operand.ts';
import { parsePostfix } from './parse-postfix.ts';
import { parseQuery } from './parse-query.ts';
import type { Expression, InExpression, QuantifiedComparison } from './tree.ts';
import { isReserved } from './words.ts';

/** How tightly operators bind: higher binds tighter. */
export const POWER = {
  none: 0,
  or: 1,
  xor: 2,
  and: 3,
  not: 4,
  comparison: 5,
  bitOr: 6,
  bitXor: 7,
  bitAnd: 8,
  shift: 9,
  other: 10,
  sum: 11,
  product: 12,
  power: 13,
  zone: 14,
  sign: 15,
} as const;

interface PrefixOperator {
  readonly operator: string;
  readonly start: number;
  readonly power: number;
}

/**
 * An expression whose operators all bind tighter than `floor`. Chains and prefix operators are read in a loop; only what
 * is nested takes stack, and what is nested too deep is jumped over.
 */
export function parseExpression(c: Cursor, floor: number = POWER.none): Expression {
  if (!c.enterLevel()) return skipTooDeep(c, floor);
  let prefixes: PrefixOperator[] | undefined;
  for (;;) {
    const operator = prefixOperator(c);
    if (operator === '') break;
    prefixes ??= [];
    prefixes.push({
      operator,
      start: c.start(),
      power: operator === 'not' ? POWER.not : operator === 'prior' ? POWER.comparison : POWER.sign,
    });
    c.advance();
  }
  let left = parsePostfix(c, parseOperand(c));
  for (;;) {
    const prefix = prefixes?.[prefixes.length - 1];
    const next = parseInfix(
      c,
      left,
      prefix === undefined ? floor : Math.max(prefix.power, prefix.power === POWER.not ? 0 : floor),
    );
    if (next !== undefined) {
      left = next;
      continue;
    }
    if (prefix === undefined) break;
    prefixes?.pop();
    left = { kind: 'unary', start: prefix.start, end: left.end, operator: prefix.operator, operand: left };
  }
  c.depth--;
  return left;
}

function prefixOperator(c: Cursor): string {
  const word = c.word();
  switch (word) {
    case '-':
    case '+':
    case '~':
    case '!':
    case '!!':
    case '@':
    case '|/':
    case '||/':
    case 'not':
      return word;
    case 'prior':
    case 'connect_by_root':
      return c.kind(1) === 'word' || c.kind(1) === 'quoted' ? word : '';
    default:
      return '';
  }
}

const OPERATORS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    '=': POWER.comparison,
    '==': POWER.comparison,
    '<>': POWER.comparison,
    '!=': POWER.comparison,
    '<': POWER.comparison,
    '>': POWER.comparison,
    '<=': POWER.comparison,
    '>=': POWER.comparison,
    '<=>': POWER.comparison,
    '^=': POWER.comparison,
    '|': POWER.bitOr,
    '#': POWER.bitXor,
    '&': POWER.bitAnd,
    '<<': POWER.shift,
    '>>': POWER.shift,
    '||': POWER.other,
    '->': POWER.other,
    '->>': POWER.other,
    '#>': POWER.other,
    '#>>': POWER.other,
    '#-': POWER.other,
    '@>': POWER.other,
    '<@': POWER.other,
    '@@': POWER.other,
    '@?': POWER.other,
    '?|': POWER.other,
    '?&': POWER.other,
    '&&': POWER.other,
    '~': POWER.other,
    '~*': POWER.other,
    '!~': POWER.other,
    '!~*': POWER.other,
    '~~': POWER.other,
    '~~*': POWER.other,
    '!~~': POWER.other,
    '!~~*': POWER.other,
    '~=': POWER.other,
    '<->': POWER.other,
    '<#>': POWER.other,
    '&<': POWER.other,
    '&>': POWER.other,
    '-|-': POWER.other,
    '^@': POWER.other,
    '+': POWER.sum,
    '-': POWER.sum,
    '*': POWER.product,
    '/': POWER.product,
    '%': POWER.product,
    '//': POWER.product,
    '^': POWER.power,
    '**': POWER.power,
  }),
);

/** One operator with its right side, when one follows that binds tighter than `floor`. */
function parseInfix(c: Cursor, left: Expression, floor: number): Expression | undefined {
  const token = c.peek();
  switch (token.kind) {
    case 'operator': {
      const power = OPERATORS.get(token.word);
      if (power === undefined || power <= floor) return undefined;
      return parseBinary(c, left, token.word, 1, power);
    }
    case 'word':
      return parseWordInfix(c, left, token.word, floor);
    case 'unknown':
      return parseUnknownInfix(c, left);
    case 'parameter':
      // Postgres asks with `?` whether a key exists.
      if (c.textOf(token) !== '?' || POWER.other <= floor || !isOperandStart(c, 1)) return undefined;
      return parseBinary(c, left, '?', 1, POWER.other);
    default:
      return undefined;
  }
}

function parseWordInfix(c: Cursor, left: Expression, word: string, floor: number): Expression | undefined {
  switch (word) {
    case 'and':
      return floor < POWER.and ? parseBinary(c, left, word, 1, POWER.and) : undefined;
    case 'or':
      return floor < POWER.or ? parseBinary(c, left, word, 1, POWER.or) : undefined;
    case 'xor':
      return floor < POWER.xor && isOperandStart(c, 1) ? parseBinary(c, left, word, 1, POWER.xor) : undefined;
    case 'div':
    case 'mod':
      return floor < POWER.product && isOperandStart(c, 1) ? parseBinary(c, left, word, 1, POWER.product) : undefined;
    case 'is':
      return floor < POWER.comparison ? parseIs(c, left) : undefined;
    case 'isnull':
    case 'notnull': {
      if (floor >= POWER.comparison || isOperandStart(c, 1) || c.word(1) === '(') return undefined;
      if (c.inList && c.dialect !== 'postgres' && c.dialect !== 'duckdb' && c.dialect !== 'redshift') return undefined;
      c.advance();
      return { kind: 'is', start: left.start, end: c.last(), not: word === 'notnull', operand: left, test: 'null' };
    }
    case 'not':
      return floor < POWER.comparison ? parseComparisonWord(c, left, 1) : undefined;
    case 'in':
    case 'like':
    case 'between':
    case 'ilike':
    case 'rlike':
    case 'regexp':
    case 'similar':
    case 'glob':
    case 'match':
    case 'contains':
    case 'sounds':
    case 'overlaps':
    case 'member':
      return floor < POWER.comparison ? parseComparisonWord(c, left, 0) : undefined;
    case 'collate': {
      if (floor >= POWER.zone) return undefined;
      c.advance();
      if (c.isAtEnd()) c.missing('a collation');
      else {
        c.advance();
        while (c.word() === '.' && c.kind(1) !== 'end') c.pos += 2;
      }
      return { kind: 'collate', start: left.start, end: c.last(), operand: left };
    }
    case 'at':
      if (floor >= POWER.zone) return undefined;
      if (c.word(1) === 'time' && c.word(2) === 'zone') {
        c.pos += 3;
        const zone = parseExpression(c, POWER.zone);
        return { kind: 'at-time-zone', start: left.start, end: Math.max(zone.end, left.end), operand: left, zone };
      }
      if (c.word(1) === 'local') {
        c.pos += 2;
        return { kind: 'at-time-zone', start: left.start, end: c.last(), operand: left, zone: c.emptyError() };
      }
      return undefined;
    case 'operator':
      if (floor >= POWER.other || c.word(1) !== '(' || c.groupLength(1) === 0) return undefined;
      return parseBinary(c, left, 'operator', 1 + c.groupLength(1), POWER.other);
    default:
      return undefined;
  }
}

/** `length`: how many tokens the operator has. */
function parseBinary(c: Cursor, left: Expression, operator: string, length: number, power: number): Expression {
  const operatorStart = c.start();
  c.pos = Math.min(c.end, c.pos + length);
  const operatorSpan = c.spanFrom(operatorStart);
  if (power === POWER.comparison) {
    const word = c.word();
    if ((word === 'any' || word === 'all' || word === 'some') && c.word(1) === '(') {
      return parseQuantified(c, left, operator, word);
    }
  }
  const right = parseExpression(c, power);
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

function parseQuantified(
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

function parseIs(c: Cursor, left: Expression): Expression {
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
function parseComparisonWord(c: Cursor, left: Expression, ahead: 0 | 1): Expression | undefined {
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

/**
 * A placeholder behind an operand: an operator, an operator with its right side, or nothing. In a select list, with
 * nothing behind it that it could join, it is left to the list: more items are the likelier reading there.
 */
function parseUnknownInfix(c: Cursor, left: Expression): Expression | undefined {
  let count = 1;
  while (c.isUnknown(count)) count++;
  const joins = isOperandStart(c, count) && !startsClause(c, count);
  if (c.inList && !joins && c.word(count) !== 'as' && !OPERATORS.has(c.word(count))) return undefined;
  c.isOpaque = true;
  const operatorSpan = { start: c.start(), end: c.start() };
  c.pos += count;
  operatorSpan.end = c.last();
  const right: Expression = joins ? parseExpression(c, POWER.comparison) : { kind: 'unknown', ...operatorSpan };
  return {
    kind: 'binary',
    start: left.start,
    end: Math.max(right.end, c.last()),
    operator: 'unknown',
    operatorSpan,
    left,
    right,
  };
}

/** Jumps over an expression that is nested too deep: up to its comma, its clause or the end of its group. */
function skipTooDeep(c: Cursor, floor: number): Expression {
  const start = c.start();
  let cases = 0;
  while (!c.isAtEnd()) {
    const word = c.word();
    if (word === ',' || (word === 'and' && cases === 0 && floor >= POWER.and)) break;
    if (word === 'case') cases++;
    else if (word === 'end') {
      if (cases === 0) break;
      cases--;
    } else if (
      cases === 0 &&
      (word === 'when' || word === 'then' || word === 'else' || word === 'as' || startsClause(c))
    )
      break;
    c.skipOne();
  }
  c.isOpaque = true;
  return { kind: 'unknown', ...c.spanFrom(start) };
}
