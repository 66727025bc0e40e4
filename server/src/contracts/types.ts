/** Types of contracts and warehouses as they compare: by family, and by one spelling for all names of one type. */

import type { TypeFamily } from '../project/facts.ts';
import { typeFamilyOf } from '../project/infer/type-names.ts';
import type { Dialect } from '../syntax/sql/dialect.ts';
import type { ContractForm, ContractType } from './model.ts';

/**
 * Families that the type may stand for; empty when nobody can tell. Words of the contract standards are wider than types of
 * a warehouse: a `number` may have a fraction or not, a `timestamp` a zone or not.
 */
export function familiesOf(type: ContractType, form: ContractForm, dialect: Dialect): readonly TypeFamily[] {
  if (form !== 'dbt') {
    const word = type.text.toLowerCase();
    const wide = LOGICAL.get(word);
    // Under a physical type of its own, the logical one says nothing more.
    if (wide) return refined(wide, word, type);
  }
  const family = typeFamilyOf(type.text, dialect);
  if (family !== undefined) return [family];
  const logical = type.logical === undefined ? undefined : LOGICAL.get(type.logical.toLowerCase());
  return logical ? refined(logical, type.logical ?? '', type) : [];
}

/** `decimal` with a scale beside it holds fractions for certain. */
function refined(families: readonly TypeFamily[], word: string, type: ContractType): readonly TypeFamily[] {
  if (!/^(decimal|numeric|number)$/i.test(word) || type.scale === undefined) return families;
  return type.scale > 0 ? ['decimal'] : families.filter(family => family !== 'float');
}

const LOGICAL: ReadonlyMap<string, readonly TypeFamily[]> = new Map<string, readonly TypeFamily[]>([
  ['string', ['text', 'uuid']],
  ['text', ['text', 'uuid']],
  ['varchar', ['text', 'uuid']],
  ['number', ['integer', 'decimal', 'float']],
  ['numeric', ['integer', 'decimal']],
  ['decimal', ['integer', 'decimal']],
  ['integer', ['integer']],
  ['int', ['integer']],
  ['long', ['integer']],
  ['bigint', ['integer']],
  ['float', ['float']],
  ['double', ['float']],
  ['boolean', ['boolean']],
  ['date', ['date']],
  ['time', ['time']],
  ['timestamp', ['timestamp', 'timestamptz']],
  ['datetime', ['timestamp', 'timestamptz']],
  ['timestamp_tz', ['timestamptz']],
  ['timestamp_ntz', ['timestamp']],
  ['array', ['array', 'json']],
  ['map', ['map', 'json', 'struct']],
  ['object', ['struct', 'json', 'map']],
  ['record', ['struct', 'json']],
  ['struct', ['struct', 'json']],
  ['bytes', ['binary']],
  ['variant', ['json']],
  ['json', ['json', 'text', 'struct']],
]);

/** Two types that a reader cannot tell apart: the same families, or one within the other. */
export function mayBeSameType(
  a: { readonly type: ContractType; readonly form: ContractForm },
  b: { readonly type: ContractType; readonly form: ContractForm },
  dialect: Dialect,
): boolean {
  const [first, second] = [familiesOf(a.type, a.form, dialect), familiesOf(b.type, b.form, dialect)];
  return first.length === 0 || second.length === 0 || first.some(family => second.includes(family));
}

/**
 * One spelling for all names that a dialect has for a type, without blanks and in lower case: `INT4` is `integer`, `string` is
 * `varchar`, Snowflake's `int` is `number(38,0)`. Equal spellings are one type; unequal ones may still be.
 */
export function canonicalType(text: string, dialect: Dialect): string {
  const plain = text
    .trim()
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/\s*([(),<>])\s*/g, '$1');
  const open = plain.indexOf('(');
  const base = open < 0 ? plain : plain.slice(0, open);
  const rest = open < 0 ? '' : plain.slice(open);
  const known = aliasOf(base, dialect);
  if (dialect === 'snowflake') {
    if (known === 'number')
      return rest === '' ? 'number(38,0)' : `number${/^\(\d+\)$/.test(rest) ? rest.replace(')', ',0)') : rest}`;
    if (known === 'varchar' && rest === '(16777216)') return 'varchar';
  }
  return `${known}${rest}`;
}

function aliasOf(base: string, dialect: Dialect): string {
  if (dialect === 'snowflake') {
    if (SNOWFLAKE_NUMBERS.has(base)) return 'number';
    if (/^(float|float4|float8|double|double precision|real)$/.test(base)) return 'float';
  }
  if (dialect === 'bigquery') {
    if (/^(int|int64|integer|bigint|smallint|tinyint|byteint)$/.test(base)) return 'int64';
    if (base === 'float' || base === 'float64') return 'float64';
    if (base === 'decimal' || base === 'numeric') return 'numeric';
    if (base === 'bigdecimal') return 'bignumeric';
    if (base === 'boolean') return 'bool';
    return base;
  }
  // There `timestamp` is an instant.
  if (base === 'timestamp_ntz' && (dialect === 'databricks' || dialect === 'sparksql')) return base;
  return ALIASES[base] ?? base;
}

const SNOWFLAKE_NUMBERS = new Set(
  'number decimal dec numeric fixed int integer bigint smallint tinyint byteint'.split(' '),
);

const ALIASES: { readonly [name: string]: string } = {
  int: 'integer',
  int4: 'integer',
  int8: 'bigint',
  int2: 'smallint',
  long: 'bigint',
  short: 'smallint',
  byte: 'tinyint',
  string: 'varchar',
  text: 'varchar',
  'character varying': 'varchar',
  character: 'char',
  bool: 'boolean',
  dec: 'decimal',
  numeric: 'decimal',
  number: 'decimal',
  float8: 'double',
  'double precision': 'double',
  float4: 'real',
  'timestamp without time zone': 'timestamp',
  'timestamp with time zone': 'timestamptz',
  timestamp_ntz: 'timestamp',
  datetime: 'timestamp',
};
