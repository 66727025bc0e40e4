import type { Cursor } from './cursor.ts';
import type { Identifier, TypeName } from './tree.ts';
import { isReserved, isTimeUnit } from './words.ts';

/** The name a type is given when its second word follows: `double precision`, `character varying`. */
const SECOND_WORDS: Readonly<Record<string, ReadonlySet<string>>> = {
  double: new Set(['precision']),
  character: new Set(['varying', 'large']),
  char: new Set(['varying']),
  nchar: new Set(['varying']),
  national: new Set(['character', 'char', 'varchar']),
  bit: new Set(['varying']),
  binary: new Set(['varying', 'large']),
  long: new Set(['varchar', 'raw', 'varbinary']),
  unsigned: new Set(['int', 'integer', 'bigint', 'smallint', 'tinyint']),
  signed: new Set(['int', 'integer']),
};

const WITH_ELEMENTS = new Set([
  'array',
  'list',
  'map',
  'struct',
  'row',
  'object',
  'tuple',
  'nested',
  'union',
  'nullable',
  'lowcardinality',
  'variant',
  'multiset',
  'range',
]);

/** Words behind a column's type that are no part of it. */
const AFTER_FIELD = new Set([
  'not',
  'null',
  'comment',
  'options',
  'default',
  'collate',
  'varying',
  'precision',
  'with',
  'without',
  'unsigned',
]);

/**
 * The type that stands here. `whole`: nothing but the type is awaited (in a cast), so words behind it may belong to it;
 * `operator`: behind `::`; `constructor`: brackets behind it are a value, as in `array<int64>[1]`.
 */
export function parseType(c: Cursor, place: 'whole' | 'operator' | 'constructor'): TypeName {
  const type = parseNestedType(c, place);
  c.hasHalfGreater = false;
  return type;
}

function parseNestedType(c: Cursor, place: 'whole' | 'operator' | 'constructor'): TypeName {
  const token = c.peek();
  if (token.kind === 'unknown') {
    c.advance();
    skipParameters(c);
    return { kind: 'type', ...c.spanFrom(token.start), name: '', parameters: [], elements: [], hasUnknown: true };
  }
  if ((token.kind !== 'word' || isReserved(token.word)) && token.kind !== 'quoted') {
    c.missing('a type');
    const at = c.last();
    return { kind: 'type', start: at, end: at, name: '', parameters: [], elements: [], hasUnknown: false };
  }
  if (!c.enterLevel()) {
    skipTooDeep(c);
    return { kind: 'type', ...c.spanFrom(token.start), name: '', parameters: [], elements: [], hasUnknown: true };
  }
  const type = parseTypeInside(c, place);
  c.depth--;
  return type;
}

/** Jumps over a type that is nested too deep, up to what closes the type around it. */
function skipTooDeep(c: Cursor): void {
  c.isOpaque = true;
  let open = 0;
  while (!c.isAtEnd()) {
    const word = c.word();
    if (word === '<') {
      open++;
    } else if (word === '>' || word === '>>') {
      if (open === 0) return;
      if (open === 1 && word === '>>') {
        c.hasHalfGreater = true;
        return;
      }
      open -= word.length;
    } else if (word === ',' && open === 0) {
      return;
    }
    c.skipOne();
  }
}

function parseTypeInside(c: Cursor, place: 'whole' | 'operator' | 'constructor'): TypeName {
  const isWhole = place === 'whole';
  const token = c.advance();
  const start = token.start;
  let hasUnknown = token.hasUnknown;
  let name = token.kind === 'quoted' ? c.identifier(token).name.toLowerCase() : token.word;
  while (c.word() === '.' && (c.kind(1) === 'word' || c.kind(1) === 'quoted')) {
    c.advance();
    name = c.identifier(c.advance()).name.toLowerCase();
  }
  if (SECOND_WORDS[name]?.has(c.word())) {
    name += ` ${c.advance().word}`;
    if (c.word() === 'varying' || c.word() === 'object') name += ` ${c.advance().word}`;
  }
  if (name === 'interval') name += parseIntervalFields(c);
  let parameters: string[] = [];
  let elements: { name: Identifier | undefined; type: TypeName }[] = [];
  if (c.word() === '(') {
    if (WITH_ELEMENTS.has(name)) elements = parseElementsInParentheses(c);
    else {
      parameters = parseParameters(c);
      if (parameters.some(parameter => parameter.includes('\uE000'))) hasUnknown = true;
    }
  } else if (isWhole || WITH_ELEMENTS.has(name)) {
    // Behind `x::date` a `<` compares.
    if (c.word() === '<') elements = parseElementsInAngles(c);
    else c.accept('<>');
  }
  if (name === 'timestamp' || name === 'time') name += parseZone(c);
  if (isWhole) parseTail(c);
  let type: TypeName = { kind: 'type', ...c.spanFrom(start), name, parameters, elements, hasUnknown };
  while (place !== 'constructor') {
    const isBracket =
      c.word() === '[' &&
      (c.word(1) === ']' ||
        (c.kind(1) === 'number' &&
          c.word(2) === ']' &&
          (isWhole || c.dialect === 'duckdb' || c.dialect === 'postgres')));
    if (isBracket) c.skipGroup('[');
    else if (isWhole && c.word() === 'array') c.advance();
    else break;
    type = {
      kind: 'type',
      ...c.spanFrom(start),
      name: 'array',
      parameters: [],
      elements: [{ name: undefined, type }],
      hasUnknown,
    };
  }
  return type;
}

/** `with time zone`, `without time zone`, `with local time zone`. */
function parseZone(c: Cursor): string {
  const word = c.word();
  if (word !== 'with' && word !== 'without') return '';
  const local = c.word(1) === 'local' ? 1 : 0;
  if (c.word(1 + local) !== 'time' || c.word(2 + local) !== 'zone') return '';
  c.pos += 3 + local;
  return local ? ` ${word} local time zone` : ` ${word} time zone`;
}

function parseIntervalFields(c: Cursor): string {
  if (!isTimeUnit(c.word())) return '';
  let words = ` ${c.advance().word}`;
  c.skipGroup();
  if (c.word() === 'to' && isTimeUnit(c.word(1))) {
    c.advance();
    words += ` to ${c.advance().word}`;
    c.skipGroup();
  }
  return words;
}

/** `unsigned`, `character set utf8`, `collate x`. */
function parseTail(c: Cursor): void {
  for (;;) {
    switch (c.word()) {
      case 'unsigned':
      case 'signed':
      case 'zerofill':
        c.advance();
        break;
      case 'character':
        if (c.word(1) !== 'set') return;
        c.pos += 2;
        if (!c.isAtEnd()) c.advance();
        break;
      case 'charset':
        c.advance();
        if (!c.isAtEnd()) c.advance();
        break;
      default:
        return;
    }
  }
}

function parseParameters(c: Cursor): string[] {
  const parameters: string[] = [];
  const group = c.enter();
  while (!c.isAtEnd()) {
    const start = c.start();
    while (!c.isAtEnd() && c.word() !== ',') c.skipOne();
    parameters.push(c.text.slice(start, Math.max(start, c.last())));
    c.accept(',');
  }
  c.leave(group);
  return parameters;
}

function skipParameters(c: Cursor): void {
  if (c.word() === '(' && c.start() === c.last()) c.skipGroup();
}

function parseElementsInParentheses(c: Cursor): { name: Identifier | undefined; type: TypeName }[] {
  const group = c.enter();
  const elements = parseElements(c, () => c.isAtEnd());
  c.leave(group);
  return elements;
}

function parseElementsInAngles(c: Cursor): { name: Identifier | undefined; type: TypeName }[] {
  c.advance();
  const elements = parseElements(c, () => c.word() === '>' || c.word() === '>>');
  if (c.word() === '>>') {
    // The first half closes this type, the second the one around it.
    if (c.hasHalfGreater) c.advance();
    c.hasHalfGreater = !c.hasHalfGreater;
    if (!c.hasHalfGreater) return elements;
  } else if (!c.accept('>') && !c.isUnknown()) {
    c.missing(`'>'`);
  }
  return elements;
}

function parseElements(c: Cursor, isDone: () => boolean): { name: Identifier | undefined; type: TypeName }[] {
  const elements: { name: Identifier | undefined; type: TypeName }[] = [];
  while (!c.isAtEnd() && !isDone()) {
    let name: Identifier | undefined;
    const isWordy = c.kind() === 'word' || c.kind() === 'quoted';
    if (isWordy && c.word(1) === ':') {
      name = c.identifier(c.advance());
      c.advance();
    } else if (isWordy && (c.kind(1) === 'quoted' || (c.kind(1) === 'word' && !AFTER_FIELD.has(c.word(1))))) {
      name = c.identifier(c.advance());
    }
    const type = parseNestedType(c, 'whole');
    elements.push({ name, type });
    if (c.hasHalfGreater) break;
    while (!c.isAtEnd() && c.word() !== ',' && !isDone()) {
      // `not null`, `comment '…'`, `options (…)`; anything else ends the type.
      if (!AFTER_FIELD.has(c.word()) && c.kind() !== 'string') return elements;
      c.advance();
      c.skipGroup();
    }
    if (!c.accept(',')) break;
  }
  return elements;
}
