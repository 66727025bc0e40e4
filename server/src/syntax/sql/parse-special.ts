import { isQueryStart } from './clauses.ts';
import { Cursor } from './cursor.ts';
import { lex } from './lex.ts';
import { parseCall, parseCallTail } from './parse-call.ts';
import { POWER, parseExpression } from './parse-expression.ts';
import { parseName } from './parse-names.ts';
import { isOperandStart, parseString } from './parse-operand.ts';
import { parsePostfix } from './parse-postfix.ts';
import { parseQuery } from './parse-query.ts';
import { parseArray, parseBraces, parseFields } from './parse-structs.ts';
import { parseType } from './parse-type.ts';
import type { Argument, CastExpression, Expression, Literal, Token, TypeName } from './tree.ts';
import { isLiteralType, isNiladic, isTimeUnit } from './words.ts';

/** The operand whose first word has a grammar of its own, when it is followed as that grammar asks. Nothing is read else. */
export function parseSpecial(c: Cursor, token: Token): Expression | undefined {
  const word = token.word;
  const next = c.word(1);
  switch (word) {
    case 'null':
      return simpleLiteral(c, token, 'null');
    case 'true':
    case 'false':
      return next === '.' || next === '(' ? undefined : simpleLiteral(c, token, 'boolean');
    case 'cast':
    case 'try_cast':
    case 'safe_cast':
      return next === '(' ? parseCast(c, word === 'cast' ? 'cast' : word === 'try_cast' ? 'try' : 'safe') : undefined;
    case 'convert':
    case 'try_convert':
      return next === '(' ? parseConvert(c, word) : undefined;
    case 'extract':
      return next === '(' ? parseExtract(c) : undefined;
    case 'position':
      return next === '(' ? parsePosition(c) : undefined;
    case 'trim':
      return next === '(' ? parseTrim(c) : undefined;
    case 'interval':
      return parseInterval(c);
    case 'exists':
      return next === '(' && isQueryStart(c, 2) ? parseExists(c) : undefined;
    case 'array':
    case 'multiset':
      if (next === '(' && isQueryStart(c, 2)) return parseCollected(c);
      if (next === '[') {
        c.advance();
        return parseArray(c, token.start);
      }
      return next === '<' ? parseTyped(c, token) : undefined;
    case 'map':
      if (next === '{') {
        c.advance();
        return parseBraces(c, token.start);
      }
      if (next === '[') {
        c.advance();
        return parseArray(c, token.start);
      }
      return next === '(' && isQueryStart(c, 2) ? parseCollected(c) : next === '<' ? parseTyped(c, token) : undefined;
    case 'struct':
    case 'row':
      if (next === '(') {
        c.advance();
        return parseFields(c, token.start);
      }
      return word === 'struct' && next === '<' ? parseTyped(c, token) : undefined;
    case 'approximate':
      if (c.kind(1) !== 'word' || c.word(2) !== '(') return undefined;
      c.advance();
      return { ...parsePostfix(c, parseCall(c, parseName(c))), start: token.start };
    case 'next':
      // `next value for sequence`.
      if (next !== 'value' || c.word(2) !== 'for') return undefined;
      c.pos += 3;
      if (c.kind() === 'word' || c.kind() === 'quoted') parseName(c);
      return {
        kind: 'literal',
        ...c.spanFrom(token.start),
        type: 'integer',
        value: '',
        prefix: 'next value',
        hasUnknown: false,
      };
    default:
      if (isNiladic(word) && next !== '(' && next !== '.') return parseNiladic(c);
      if (c.kind(1) === 'string' || next === 'with' || next === 'without' || next === 'precision' || next === '(') {
        return parseTypedLiteral(c, token);
      }
      return undefined;
  }
}

function simpleLiteral(c: Cursor, token: Token, type: 'null' | 'boolean'): Literal {
  c.advance();
  return {
    kind: 'literal',
    start: token.start,
    end: token.end,
    type,
    value: token.word,
    prefix: undefined,
    hasUnknown: false,
  };
}

/** `cast(x as type)`, with or without `format '…'`. */
function parseCast(c: Cursor, form: CastExpression['form']): Expression {
  const start = c.start();
  c.advance();
  const group = c.enter();
  const operand = c.isAtEnd() && group.isClosed ? c.missing('a column or expression') : parseExpression(c);
  let type: TypeName;
  if (c.accept('as') || c.accept(',')) {
    type = c.kind() === 'string' ? parseTypeInString(c, c.advance()) : parseType(c, 'whole');
  } else {
    const at = c.last();
    // A placeholder may hold the type as well.
    if (!c.isUnknown() && !(operand.kind === 'unknown')) c.missing(`'as' and a type`);
    while (c.isUnknown()) c.advance();
    const hasUnknown = operand.kind === 'unknown' || c.last() > at;
    type = { kind: 'type', start: at, end: c.last(), name: '', parameters: [], elements: [], hasUnknown };
  }
  while (c.isUnknown()) c.advance();
  const tail = c.word();
  if (
    tail === 'format' ||
    tail === 'default' ||
    tail === 'using' ||
    tail === 'at' ||
    tail === 'rename' ||
    tail === 'add' ||
    tail === 'on' ||
    tail === 'collate'
  ) {
    while (!c.isAtEnd()) c.skipOne();
  }
  c.leave(group);
  return { kind: 'cast', ...c.spanFrom(start), form, operand, type };
}

/** `cast(x, 'Nullable(Float64)')` of ClickHouse. */
function parseTypeInString(c: Cursor, { start, end, hasUnknown }: Token): TypeName {
  const shift = start + 1;
  const tokens = lex(c.text.slice(shift, end - 1), c.dialect, 'significant');
  const inside = new Cursor(
    c.text,
    c.dialect,
    tokens.map(token => ({ ...token, start: token.start + shift, end: token.end + shift })),
  );
  const type = hasUnknown ? undefined : parseType(inside, 'whole');
  if (type && inside.isAtEnd() && inside.problems.length === 0) return type;
  return { kind: 'type', start, end, name: '', parameters: [], elements: [], hasUnknown: true };
}

/** `convert(type, x)` of T-SQL and Redshift, `convert(x, type)` of MySQL, `convert(x using utf8)`. */
function parseConvert(c: Cursor, word: string): Expression | undefined {
  const first = c.word(2);
  const afterFirst = c.word(3) === '(' ? 3 + c.groupLength(3) : 3;
  const isTypeFirst =
    c.kind(2) === 'word' &&
    (isLiteralType(first) || first === 'nvarchar' || first === 'nchar' || first === 'money') &&
    c.word(afterFirst) === ',';
  const form = word === 'convert' ? 'convert' : 'try';
  const start = c.start();
  if (isTypeFirst) {
    c.advance();
    const group = c.enter();
    const type = parseType(c, 'whole');
    c.accept(',');
    const operand = parseExpression(c);
    if (c.accept(',')) parseExpression(c);
    c.leave(group);
    return { kind: 'cast', ...c.spanFrom(start), form, operand, type };
  }
  if (c.dialect !== 'mysql') return undefined;
  c.advance();
  const group = c.enter();
  const operand = parseExpression(c);
  if (!c.accept(',') && !c.accept('using')) c.missing('a type');
  const type = parseType(c, 'whole');
  c.leave(group);
  return { kind: 'cast', ...c.spanFrom(start), form, operand, type };
}

function parseExtract(c: Cursor): Expression | undefined {
  const hasField =
    c.word(3) === 'from' || (c.word(3) === '(' && c.word(3 + c.groupLength(3)) === 'from') || c.kind(2) === 'unknown';
  if (!hasField) return undefined;
  const start = c.start();
  c.advance();
  const group = c.enter();
  const field = c.advance();
  const name = field.kind === 'string' ? c.textOf(field).slice(1, -1).toLowerCase() : field.word;
  // `extract(week(monday) from x)`.
  c.skipGroup();
  let operand: Expression;
  if (c.accept('from')) operand = parseExpression(c);
  else operand = c.isAtEnd() ? { kind: 'unknown', ...c.spanFrom(c.last()) } : parseExpression(c);
  c.leave(group);
  return { kind: 'extract', ...c.spanFrom(start), field: name, operand };
}

/** `position(a in b)`, as a call of two arguments. */
function parsePosition(c: Cursor): Expression | undefined {
  const name = parseName(c);
  const group = c.enter();
  const list: Argument[] = [];
  while (!c.isAtEnd()) {
    const value = parseExpression(c, POWER.comparison);
    list.push({ kind: 'argument', start: value.start, end: value.end, name: undefined, value, alias: undefined });
    if (!c.accept('in') && !c.accept(',')) break;
  }
  c.leave(group);
  return parseCallTail(c, name, plainArguments(list));
}

/** `trim([both|leading|trailing] [characters] [from] x)`. */
function parseTrim(c: Cursor): Expression | undefined {
  const side = c.word(2);
  if (side !== 'both' && side !== 'leading' && side !== 'trailing') return undefined;
  if (!isOperandStart(c, 3) && c.word(3) !== 'from') return undefined;
  const name = parseName(c);
  const group = c.enter();
  c.advance();
  const list: Argument[] = [];
  while (!c.isAtEnd()) {
    if (c.accept('from') || c.accept(',')) continue;
    if (!isOperandStart(c)) break;
    const value = parseExpression(c);
    list.push({ kind: 'argument', start: value.start, end: value.end, name: undefined, value, alias: undefined });
  }
  c.leave(group);
  return parseCallTail(c, name, plainArguments(list));
}

function plainArguments(list: readonly Argument[]): Parameters<typeof parseCallTail>[2] {
  return { distinct: false, arguments: list, orderBy: undefined, nulls: undefined, others: [], otherExpressions: [] };
}

/** `interval '1 day'`, `interval '1' day`, `interval 3 day`, `interval (n) day`, `interval 1 day 2 hours`. */
function parseInterval(c: Cursor): Expression | undefined {
  const start = c.start();
  const kind = c.kind(1);
  const next = c.word(1);
  if (kind === 'string') {
    c.advance();
    const value = parsePostfix(c, parseString(c, c.peek()));
    const unit = parseUnit(c);
    return { kind: 'interval', start, end: c.last(), value, unit };
  }
  const isSigned = (next === '-' || next === '+') && (c.kind(2) === 'number' || c.kind(2) === 'string');
  const isWord = kind === 'word' && isOperandStart(c, 1) && !isTimeUnit(next) && next !== 'as';
  if (
    kind !== 'number' &&
    kind !== 'quoted' &&
    kind !== 'parameter' &&
    kind !== 'unknown' &&
    next !== '(' &&
    !isSigned &&
    !isWord
  ) {
    return undefined;
  }
  if (next === '(' && !isTimeUnit(c.word(1 + c.groupLength(1)))) {
    // A function named interval, or DuckDB's `interval (n) day` with the unit still to come: the call reads the same.
    return undefined;
  }
  c.advance();
  const value = parseExpression(c, POWER.shift);
  let unit = parseUnit(c);
  while (c.kind() === 'number' && isTimeUnit(c.word(1))) {
    c.advance();
    unit += ` ${parseUnit(c)}`;
  }
  return { kind: 'interval', start, end: c.last(), value, unit };
}

/** `day`, `year to month`, `second (3)`; '' when no unit follows. */
function parseUnit(c: Cursor): string {
  if (!isTimeUnit(c.word())) return '';
  let unit = c.advance().word;
  if (c.word() === '(' && c.kind(1) === 'number') c.skipGroup();
  if (c.word() === 'to' && isTimeUnit(c.word(1))) {
    c.advance();
    unit += ` to ${c.advance().word}`;
    if (c.word() === '(' && c.kind(1) === 'number') c.skipGroup();
  }
  return unit;
}

function parseExists(c: Cursor): Expression {
  const start = c.start();
  c.advance();
  const group = c.enter();
  const query = parseQuery(c);
  c.leave(group);
  return { kind: 'exists', ...c.spanFrom(start), query };
}

/** `array(select …)`. */
function parseCollected(c: Cursor): Expression {
  const start = c.start();
  c.advance();
  const group = c.enter();
  const query = parseQuery(c);
  c.leave(group);
  return { kind: 'scalar-subquery', ...c.spanFrom(start), query, collects: true };
}

/** `array<int64>[1, 2]`, `struct<a int64>(1)`: a cast of the value that follows; without one, the type alone is an error. */
function parseTyped(c: Cursor, token: Token): Expression | undefined {
  // `array < 3` compares a column.
  const first = c.kind(2);
  if (first !== 'word' && first !== 'quoted' && c.word(2) !== '>') return undefined;
  const type = parseType(c, 'constructor');
  if (c.word() === '[') return parseArray(c, token.start);
  if (c.word() === '(') return parseFields(c, token.start);
  if (c.word() === '{') return parseBraces(c, token.start);
  return { kind: 'error', start: type.start, end: type.end };
}

function parseNiladic(c: Cursor): Expression {
  const name = parseName(c);
  return { ...parseCallTail(c, name, plainArguments([])), isNiladic: true };
}

/** `date '2020-01-01'`, `timestamp with time zone '…'`, `decimal(10, 2) '1'`. */
function parseTypedLiteral(c: Cursor, token: Token): Expression | undefined {
  const word = token.word;
  if (!isLiteralType(word)) return undefined;
  let length = 1;
  if (c.word(length) === '(') {
    const group = c.groupLength(length);
    if (group === 0 || group > 5) return undefined;
    length += group;
  }
  if (word === 'double' && c.word(length) === 'precision') length++;
  if (c.word(length) === 'with' || c.word(length) === 'without') {
    if (c.word(length + 1) === 'time' && c.word(length + 2) === 'zone') length += 3;
    else if (c.word(length + 1) === 'local' && c.word(length + 2) === 'time') length += 4;
    else return undefined;
  }
  if (c.kind(length) !== 'string') return undefined;
  c.pos += length;
  const literal = parseString(c, c.peek());
  return { ...literal, start: token.start, type: literalType(word), prefix: word };
}

function literalType(word: string): Literal['type'] {
  if (word.startsWith('timestamp') || word.includes('datetime')) return 'timestamp';
  if (word === 'date' || word === 'date32') return 'date';
  if (word === 'time' || word === 'timetz') return 'time';
  if (/^(?:u?int\d*|integer|bigint|smallint|tinyint|u?hugeint|u(?:bigint|integer|smallint|tinyint))$/.test(word))
    return 'integer';
  if (/numeric|decimal/.test(word)) return 'decimal';
  if (/^(?:real|double|float\d*)$/.test(word)) return 'float';
  if (word === 'bool' || word === 'boolean') return 'boolean';
  if (/^(?:bytes|bytea|binary|varbinary|hex|bit)$/.test(word)) return 'binary';
  return 'string';
}
