import { startsClause } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { parseComparisonWord, parseIs, parseQuantified } from './parse-comparison.ts';
import { isOperandStart, parseOperand } from './parse-operand.ts';
import { parsePostfix } from './parse-postfix.ts';
import type { Expression } from './tree.ts';

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
    '<+>': POWER.other,
    '<~>': POWER.other,
    '<%>': POWER.other,
    '<%': POWER.other,
    '<<%': POWER.other,
    '<<->>': POWER.other,
    '%>': POWER.other,
    '%>>': POWER.other,
    '&&&': POWER.other,
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
    case 'global': {
      // ClickHouse: `global in`, `global not in`.
      const ahead = c.word(1) === 'not' ? 1 : 0;
      if (floor >= POWER.comparison || c.word(1 + ahead) !== 'in') return undefined;
      c.advance();
      return parseComparisonWord(c, left, ahead);
    }
    case 'not':
      return floor < POWER.comparison ? parseComparisonWord(c, left, 1) : undefined;
    case 'in':
    case 'like':
    case 'between':
    case 'ilike':
    case 'rlike':
    case 'regexp':
    case 'iregexp':
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
export function parseBinary(c: Cursor, left: Expression, operator: string, length: number, power: number): Expression {
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
