import type { Cursor } from './cursor.ts';
import { parseExpression } from './parse-expression.ts';
import { emptyIdentifier, isName } from './parse-names.ts';
import { isOperandStart } from './parse-operand.ts';
import type { Expression, Identifier, StructExpression } from './tree.ts';

/** `[1, 2]`, also behind `array` or `array<type>`, or a comprehension `[x for x in list if …]`. */
export function parseArray(c: Cursor, start: number): Expression {
  const group = c.enter();
  const elements: Expression[] = [];
  while (!c.isAtEnd()) {
    elements.push(parseExpression(c));
    if (elements.length === 1 && c.word() === 'for')
      return parseComprehension(c, start, elements[0] as Expression, group);
    if (c.accept(',')) continue;
    if (!isOperandStart(c)) break;
    c.unexpected(': is a comma missing?');
  }
  c.leave(group);
  return { kind: 'array', ...c.spanFrom(start), elements };
}

function parseComprehension(
  c: Cursor,
  start: number,
  element: Expression,
  group: ReturnType<Cursor['enter']>,
): Expression {
  c.advance();
  const variables: Identifier[] = [];
  do {
    if (!isName(c)) break;
    variables.push(c.identifier(c.advance()));
  } while (c.accept(','));
  c.expect('in');
  const source = parseExpression(c);
  const condition = c.accept('if') ? parseExpression(c) : undefined;
  c.leave(group);
  return { kind: 'comprehension', ...c.spanFrom(start), variables, element, source, condition };
}

/** `{fn left(a, 2)}`, `{d '2024-01-01'}`: escapes of ODBC and JDBC. */
function isEscape(c: Cursor): boolean {
  switch (c.word()) {
    case 'fn':
      return c.kind(1) === 'word' && c.word(2) === '(';
    case 'd':
    case 't':
    case 'ts':
      return c.kind(1) === 'string';
    default:
      return false;
  }
}

/** `{'a': 1, b: 2}`, also behind `map`. */
export function parseBraces(c: Cursor, start: number): Expression {
  const group = c.enter();
  if (isEscape(c)) {
    c.advance();
    const expression = parseExpression(c);
    c.leave(group);
    return { kind: 'parenthesized', ...c.spanFrom(start), expression };
  }
  const fields: { name: Identifier | undefined; key: Expression | undefined; value: Expression }[] = [];
  while (!c.isAtEnd()) {
    if (c.word() === '*') {
      // `{*}` and `{* exclude a}` of Snowflake.
      const value = parseExpression(c);
      fields.push({ name: undefined, key: undefined, value });
    } else if (isName(c) && c.word(1) === ':') {
      const name = c.identifier(c.advance());
      c.advance();
      fields.push({ name, key: undefined, value: parseExpression(c) });
    } else {
      c.noColon = true;
      const key = parseExpression(c);
      c.noColon = false;
      if (c.accept(':') || c.accept('=')) fields.push({ name: undefined, key, value: parseExpression(c) });
      else fields.push({ name: undefined, key: undefined, value: key });
    }
    if (!c.accept(',')) break;
  }
  c.leave(group);
  return { kind: 'struct', ...c.spanFrom(start), fields };
}

/** The parentheses of `struct(a as x, b)` and `row(1, 2)`. */
export function parseFields(c: Cursor, start: number): StructExpression {
  const group = c.enter();
  const fields: { name: Identifier | undefined; key: Expression | undefined; value: Expression }[] = [];
  while (!c.isAtEnd()) {
    if (isName(c) && (c.word(1) === ':=' || c.word(1) === '=>')) {
      const name = c.identifier(c.advance());
      c.advance();
      fields.push({ name, key: undefined, value: parseExpression(c) });
    } else {
      const value = parseExpression(c);
      let name: Identifier | undefined;
      if (c.accept('as')) name = isName(c) || c.kind() === 'word' ? c.identifier(c.advance()) : emptyIdentifier(c);
      fields.push({ name, key: undefined, value });
    }
    if (c.accept(',')) continue;
    if (!isOperandStart(c)) break;
    c.unexpected(': is a comma missing?');
  }
  c.leave(group);
  return { kind: 'struct', ...c.spanFrom(start), fields };
}
