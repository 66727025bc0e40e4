/** Edits of contracts in their own form and style. Offsets in the contract's file. */

import type { TextEdit } from '../base/edit.ts';
import type { Span } from '../base/span.ts';
import type { ContractForm, PlacedContractColumn } from '../contracts/model.ts';
import type { TypeFamily } from '../project/facts.ts';
import type { PlainValue } from '../syntax/jinja/expansion.ts';
import type { Dialect } from '../syntax/sql/dialect.ts';

/** Removes a column with its lines; nothing where it shares a line with something else. */
export function removeColumn(text: string, { at }: PlacedContractColumn): TextEdit | undefined {
  const start = text.lastIndexOf('\n', at.start - 1) + 1;
  if (!/^[ \t]*(?:-[ \t]+)?$/.test(text.slice(start, at.start))) return undefined;
  const lineEnd = text.indexOf('\n', at.end);
  const rest = text.slice(at.end, lineEnd < 0 ? text.length : lineEnd);
  if (rest.trim() !== '' && !/^\s*#/.test(rest)) return undefined;
  if (lineEnd >= 0) return { span: { start, end: lineEnd + 1 }, text: '' };
  return { span: { start: Math.max(0, start - 1), end: text.length }, text: '' };
}

/** Another type for a column, in the words of the contract's form. */
export function retype(
  column: PlacedContractColumn,
  form: ContractForm,
  family: TypeFamily,
  dialect: Dialect,
): readonly TextEdit[] {
  const { type, physicalType } = column.places;
  const edits: TextEdit[] = [];
  const logical = typeWord(family, form, dialect);
  if (type && logical === undefined) return [];
  if (type && logical !== undefined) edits.push({ span: type.value, text: logical });
  if (physicalType) edits.push({ span: physicalType.value, text: sqlType(family, dialect) });
  return edits;
}

/** The word that a contract of the form has for types of the family. */
export function typeWord(family: TypeFamily, form: ContractForm, dialect: Dialect): string | undefined {
  if (form === 'odcs') return ODCS_WORDS[family];
  return form === 'dcs' ? DCS_WORDS[family] : sqlType(family, dialect);
}

/** The values of a list, in brackets or in lines as they are written now. */
export function replaceValues(text: string, at: Span, values: readonly PlainValue[]): TextEdit {
  const written = text.slice(at.start, at.end);
  if (!written.startsWith('-')) return { span: at, text: `[${values.map(yamlValue).join(', ')}]` };
  const indent = ' '.repeat(at.start - (text.lastIndexOf('\n', at.start - 1) + 1));
  return { span: at, text: values.map(value => `- ${yamlValue(value)}`).join(`\n${indent}`) };
}

/** A scalar as YAML: in quotes where it would be read as something else. */
export function yamlValue(value: PlainValue): string {
  if (typeof value !== 'string') return String(value);
  const isPlain = /^[A-Za-z_][\w./-]*( [\w./-]+)*$/.test(value);
  const isWord = /^(true|false|null|yes|no|on|off|y|n|~)$/i.test(value);
  return isPlain && !isWord ? value : `'${value.replaceAll("'", "''")}'`;
}

const ODCS_WORDS: { readonly [family in TypeFamily]?: string } = {
  integer: 'integer',
  decimal: 'number',
  float: 'number',
  text: 'string',
  uuid: 'string',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
  timestamptz: 'timestamp',
  time: 'time',
  json: 'object',
  struct: 'object',
  map: 'object',
  array: 'array',
};

const DCS_WORDS: { readonly [family in TypeFamily]?: string } = {
  integer: 'integer',
  decimal: 'decimal',
  float: 'double',
  text: 'string',
  uuid: 'string',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp_ntz',
  timestamptz: 'timestamp_tz',
  time: 'time',
  json: 'json',
  struct: 'record',
  map: 'map',
  array: 'array',
  binary: 'bytes',
};

/** A type of the family as the dialect calls it; precision and length are for people to choose. */
export function sqlType(family: TypeFamily, dialect: Dialect): string {
  const own = SQL_WORDS[dialect]?.[family];
  return own ?? ANSI_WORDS[family];
}

const ANSI_WORDS: { readonly [family in TypeFamily]: string } = {
  integer: 'integer',
  decimal: 'numeric',
  float: 'double precision',
  text: 'varchar',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
  timestamptz: 'timestamp with time zone',
  time: 'time',
  interval: 'interval',
  json: 'json',
  array: 'array',
  map: 'map',
  struct: 'struct',
  binary: 'binary',
  uuid: 'uuid',
  geography: 'geography',
};

const SQL_WORDS: { readonly [dialect in Dialect]?: { readonly [family in TypeFamily]?: string } } = {
  snowflake: {
    float: 'float',
    timestamp: 'timestamp_ntz',
    timestamptz: 'timestamp_tz',
    json: 'variant',
    uuid: 'varchar',
    struct: 'object',
    map: 'object',
  },
  bigquery: {
    integer: 'int64',
    float: 'float64',
    text: 'string',
    boolean: 'bool',
    timestamp: 'datetime',
    timestamptz: 'timestamp',
    binary: 'bytes',
    uuid: 'string',
  },
  databricks: {
    integer: 'bigint',
    decimal: 'decimal',
    float: 'double',
    text: 'string',
    timestamp: 'timestamp_ntz',
    timestamptz: 'timestamp',
    json: 'string',
    uuid: 'string',
  },
  sparksql: {
    integer: 'bigint',
    decimal: 'decimal',
    float: 'double',
    text: 'string',
    timestamp: 'timestamp_ntz',
    timestamptz: 'timestamp',
    json: 'string',
    uuid: 'string',
  },
  postgres: { timestamptz: 'timestamptz', json: 'jsonb', binary: 'bytea' },
  redshift: { timestamptz: 'timestamptz', json: 'super', binary: 'varbyte', uuid: 'varchar' },
  duckdb: { float: 'double', timestamptz: 'timestamptz', binary: 'blob' },
  trino: { float: 'double', decimal: 'decimal', binary: 'varbinary' },
  athena: { float: 'double', decimal: 'decimal', text: 'string' },
  tsql: {
    boolean: 'bit',
    float: 'float',
    timestamp: 'datetime2',
    timestamptz: 'datetimeoffset',
    uuid: 'uniqueidentifier',
    binary: 'varbinary(max)',
    text: 'nvarchar(max)',
  },
  mysql: { float: 'double', decimal: 'decimal', timestamp: 'datetime', text: 'varchar(255)' },
};
