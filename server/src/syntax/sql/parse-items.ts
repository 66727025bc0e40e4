import { isSetOperator, startsClause } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { lowerCase } from './names.ts';
import { parseExpression } from './parse-expression.ts';
import { emptyIdentifier, isName, parseNameList } from './parse-names.ts';
import { isOperandStart } from './parse-operand.ts';
import type { Expression, Identifier, SelectItem } from './tree.ts';
import { isNotItemAlias, isReserved } from './words.ts';

/** The list of a SELECT, up to FROM or whatever clause follows. Items without a comma between them are told apart. */
export function parseItems(c: Cursor): { readonly items: SelectItem[]; readonly hasTrailingComma: boolean } {
  const inListAround = c.inList;
  c.inList = true;
  const items: SelectItem[] = [];
  let hasTrailingComma = false;
  let isAfterComma = false;
  for (;;) {
    if (isEndOfItems(c)) {
      if (isAfterComma) hasTrailingComma = true;
      if (items.length === 0 || (isAfterComma && c.isAtEnd())) {
        const expression = c.missing('a column or expression');
        if (items.length === 0) items.push(asItem(c, expression));
      }
      break;
    }
    const before = c.pos;
    items.push(
      c.isUnknown() && isWholeItem(c)
        ? parseUnknownItem(c)
        : c.word() === ','
          ? asItem(c, c.missing('a column or expression'))
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
  return { items, hasTrailingComma };
}

function isEndOfItems(c: Cursor): boolean {
  if (c.isAtEnd()) return true;
  const word = c.word();
  if (word === 'into' || word === '|>') return true;
  return startsClause(c) || isSetOperator(c);
}

function asItem(c: Cursor, expression: Expression): SelectItem {
  const { start, end } = expression;
  return {
    kind: 'item',
    start,
    end,
    expression,
    alias: undefined,
    aliases: undefined,
    aliasFirst: false,
    ordinal: c.items++,
  };
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
        ordinal: c.items++,
      };
    }
  }
  const isPlaceholderFirst = c.isUnknown();
  const expression = asBracketName(c, parseExpression(c));
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
  return {
    kind: 'item',
    start: Math.min(start, expression.start),
    end,
    expression,
    alias,
    aliases,
    aliasFirst: false,
    ordinal: c.items++,
  };
}

/** `select [id], [name] from …` where nobody says the dialect: who makes an array of one column gives it a name. */
function asBracketName(c: Cursor, expression: Expression): Expression {
  if (c.dialect !== 'ansi' || expression.kind !== 'array' || !(c.isAtEnd() || c.word() === ',' || c.word() === 'from'))
    return expression;
  const [element, ...others] = expression.elements;
  if (element?.kind !== 'column' || element.parts.length !== 1 || others.length > 0) return expression;
  const { start, end } = expression;
  // Behind `array` it is one.
  if (start !== element.start - 1) return expression;
  const part = element.parts[0] as Identifier;
  return { ...element, start, end, parts: [{ ...part, start, end, quoted: true }] };
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
  const name = c.textOf(token).slice(1, -1);
  return { kind: 'identifier', start, end, name, folded: lowerCase(name), quoted: true, hasUnknown };
}
