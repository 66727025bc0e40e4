/** What a seed delivers: columns by its header, types and NULLs by its rows, as dbt reads them. */

import type { PlainValue } from '../syntax/jinja/expansion.ts';
import type { Dialect } from '../syntax/sql/dialect.ts';
import type { OutputColumn, OutputColumns, TypeFamily } from './facts.ts';
import { typeFamilyOf } from './infer/type-names.ts';

/** Of a larger file only the header is read. */
const CONTENT_LIMIT = 2_000_000;

/** The values of one column, without the header; a thousand at most. */
export function valuesOfSeed(text: string, column: string): readonly string[] {
  const records = recordsOf(text, ',', false);
  const names = (records.next().value ?? []).map(name => name.trim().toLowerCase());
  const at = names.indexOf(column.toLowerCase());
  const values: string[] = [];
  if (at < 0) return values;
  for (const record of records) {
    if (values.length >= 1_000) break;
    values.push(record[at] ?? '');
  }
  return values;
}

export function seedColumns(
  text: string,
  config: { readonly [key: string]: PlainValue },
  dialect: Dialect,
): OutputColumns {
  const { delimiter, column_types: columnTypes } = config;
  const separator = typeof delimiter === 'string' && delimiter.length === 1 ? delimiter : ',';
  const records = recordsOf(text, separator, text.length > CONTENT_LIMIT);
  const names = (records.next().value ?? []).map(name => name.trim());
  if (names.every(name => name === '')) return { isComplete: false, columns: [] };
  const contents = names.map(() => new Content());
  for (const record of records) {
    if (record.length === 1 && record[0] === '') continue;
    contents.forEach((content, i) => {
      content.add(record[i] ?? '');
    });
  }
  // Types that are computed may say anything.
  const isComputed = columnTypes === undefined && 'column_types' in config;
  const declared = typesByName(columnTypes);
  return {
    isComplete: true,
    columns: names.map((name, i): OutputColumn => {
      const content = contents[i] as Content;
      const written = declared.get(name.toLowerCase());
      const family = written === undefined ? content.family(dialect) : typeFamilyOf(written, dialect);
      const because = written === undefined ? 'the values of the seed' : `column_types ${written}`;
      const nullable = content.nullable;
      const column = {
        name,
        quoted: config['quote_columns'] === true,
        type: family === undefined || isComputed ? undefined : { family, because },
        nullable,
        derivation: 'declared',
        origins: [],
        definedHere: false,
      } as const;
      if (nullable === 'unknown') return column;
      const reason = nullable === 'yes' ? 'a row of the seed leaves it empty' : 'every row of the seed has a value';
      return { ...column, nullableBecause: reason };
    }),
  };
}

function typesByName(value: PlainValue | undefined): ReadonlyMap<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return new Map();
  return new Map(
    Object.entries(value).flatMap(([name, type]) =>
      typeof type === 'string' ? [[name.toLowerCase(), type] as const] : [],
    ),
  );
}

/* -------------------------------------------------------------------- values */

const patterns = {
  integer: /^\s*[-+]?\d+\s*$/,
  float: /^\s*[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?\s*$/i,
  boolean: /^\s*(?:true|false)\s*$/i,
  date: /^\s*\d{4}-\d\d-\d\d\s*$/,
  timestamp: /^\s*\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?\s*$/,
} as const;
const kinds = Object.keys(patterns) as (keyof typeof patterns)[];

/** What the values of one column have in common. */
class Content {
  #values = 0;
  #empty = 0;
  #left: readonly (keyof typeof patterns)[] = kinds;
  /** A value that can be nothing but text: some others are read as numbers with signs, or as times of many forms. */
  #isText = false;

  add(value: string): void {
    const plain = value.trim().toLowerCase();
    if (plain === '' || plain === 'null') {
      this.#empty++;
      return;
    }
    this.#values++;
    if (this.#isText && this.#left.length === 0) return;
    if (this.#left.length > 0 && this.#left.some(kind => !patterns[kind].test(value))) {
      this.#left = this.#left.filter(kind => patterns[kind].test(value));
    }
    if (!this.#isText && /[a-z]{2}|[^\x20-\x7f]/.test(plain) && !kinds.some(kind => patterns[kind].test(value)))
      this.#isText = !/^[\d\s\p{Sc}.,%+-]*$|\dt\d/u.test(plain);
  }

  get nullable(): OutputColumn['nullable'] {
    if (this.#empty > 0) return 'yes';
    return this.#values > 0 ? 'no' : 'unknown';
  }

  family(dialect: Dialect): TypeFamily | undefined {
    if (this.#values === 0) return undefined;
    const [kind] = this.#left;
    if (kind === undefined) return this.#isText ? 'text' : undefined;
    return kind === 'timestamp' && dialect !== 'bigquery' ? typeFamilyOf('timestamp', dialect) : kind;
  }
}

/* ----------------------------------------------------------------------- CSV */

/** Fields of each record, quotes resolved. */
function* recordsOf(text: string, delimiter: string, isHeaderOnly: boolean): Generator<readonly string[], undefined> {
  let i = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (i < text.length) {
    const fields: string[] = [];
    for (;;) {
      let field = '';
      if (text[i] === '"') {
        for (i++; i < text.length; i++) {
          if (text[i] !== '"') field += text[i];
          else if (text[i + 1] === '"') field += text[i++];
          else break;
        }
        i++;
      }
      const start = i;
      while (i < text.length && text[i] !== delimiter && text[i] !== '\n' && text[i] !== '\r') i++;
      fields.push(field + text.slice(start, i));
      if (text[i] !== delimiter) break;
      i++;
    }
    if (text[i] === '\r' && text[i + 1] === '\n') i++;
    i++;
    yield fields;
    if (isHeaderOnly) return undefined;
  }
  return undefined;
}
