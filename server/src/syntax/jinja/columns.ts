/** dbt's `Column` as macros see it, and the names types have by warehouse. */

import { quoteIdentifier } from './adapter.ts';
import { argument, textArgument } from './arguments.ts';
import { Callable, isText, numberOf, Thing, textOf, Unknown, type Value } from './values.ts';

/** What `api.Column.translate_type` makes of dbt's own type names. */
const TYPE_LABELS: { readonly [adapter: string]: { readonly [label: string]: string } } = {
  default: { STRING: 'TEXT' },
  bigquery: {
    STRING: 'STRING',
    TIMESTAMP: 'TIMESTAMP',
    FLOAT: 'FLOAT64',
    INTEGER: 'INT64',
    BOOLEAN: 'BOOLEAN',
    RECORD: 'RECORD',
  },
  spark: { LONG: 'BIGINT' },
  databricks: { LONG: 'BIGINT', STRING: 'STRING', TIMESTAMP: 'TIMESTAMP', FLOAT: 'FLOAT', INTEGER: 'INT' },
  redshift: { STRING: 'TEXT' },
  trino: { FLOAT: 'DOUBLE', STRING: 'VARCHAR' },
  athena: { FLOAT: 'DOUBLE', STRING: 'VARCHAR' },
  clickhouse: { STRING: 'String', TIMESTAMP: 'DateTime', FLOAT: 'Float32', INTEGER: 'Int32' },
  sqlserver: {
    STRING: 'VARCHAR(8000)',
    VARCHAR: 'VARCHAR(8000)',
    CHAR: 'CHAR(1)',
    TIMESTAMP: 'DATETIME2(6)',
    FLOAT: 'FLOAT',
    REAL: 'REAL',
    INT: 'INT',
    INTEGER: 'INT',
    BOOLEAN: 'BIT',
    BOOL: 'BIT',
  },
  fabric: {
    STRING: 'VARCHAR(8000)',
    VARCHAR: 'VARCHAR(8000)',
    CHAR: 'CHAR(8000)',
    TIMESTAMP: 'DATETIME2(6)',
    FLOAT: 'FLOAT',
    INTEGER: 'INT',
    BOOLEAN: 'BIT',
  },
};

export class ColumnTypes {
  readonly adapter: string;
  readonly #labels: { readonly [label: string]: string };

  constructor(adapter: string) {
    this.adapter = adapter;
    this.#labels = TYPE_LABELS[adapter] ?? TYPE_LABELS.default ?? {};
  }

  translate(type: string): string {
    const key = type.toUpperCase();
    return Object.hasOwn(this.#labels, key) ? (this.#labels[key] ?? type) : type;
  }
}

const STRING_TYPES = new Set([
  'text',
  'character varying',
  'character',
  'varchar',
  'string',
  'char',
  'nvarchar',
  'bpchar',
  'nchar',
]);
const FLOAT_TYPES = new Set(['real', 'float4', 'float', 'double precision', 'float8', 'double', 'float64']);
const INTEGER_TYPES = new Set([
  'smallint',
  'integer',
  'bigint',
  'smallserial',
  'serial',
  'bigserial',
  'int2',
  'int4',
  'int8',
  'serial2',
  'serial4',
  'serial8',
  'int',
  'int64',
  'tinyint',
  'long',
  'byteint',
]);
const NUMERIC_TYPES = new Set(['numeric', 'decimal', 'number', 'bignumeric']);

export function columnValue(name: Value, type: string | undefined, types: ColumnTypes): Value {
  const base = type?.replace(/\(.*$/s, '').trim().toLowerCase();
  const size = type ? /\(\s*(\d+)/.exec(type)?.[1] : undefined;
  const about = (what: string) => new Unknown(`the type of ${what} '${isText(name) ? textOf(name) : '?'}'`);
  const isOf = (set: ReadonlySet<string>) =>
    new Callable('is_type', () => (base === undefined ? about('column') : set.has(base)));
  return new Thing(
    'column',
    attribute => {
      switch (attribute) {
        case 'name':
        case 'column':
          return name;
        case 'quoted':
          return isText(name) ? quoteIdentifier(textOf(name), types.adapter) : name;
        case 'dtype':
          return base === undefined ? about('column') : (type ?? '').replace(/\(.*$/s, '').trim();
        case 'data_type':
        case 'expanded_data_type':
          return type === undefined ? about('column') : type;
        case 'char_size':
          return base === undefined
            ? about('column')
            : size !== undefined && STRING_TYPES.has(base)
              ? Number(size)
              : null;
        case 'numeric_precision':
        case 'numeric_scale':
          return about('column');
        case 'is_string':
          return isOf(STRING_TYPES);
        case 'is_float':
          return isOf(FLOAT_TYPES);
        case 'is_integer':
          return isOf(INTEGER_TYPES);
        case 'is_numeric':
          return isOf(NUMERIC_TYPES);
        case 'is_number':
          return isOf(new Set([...FLOAT_TYPES, ...INTEGER_TYPES, ...NUMERIC_TYPES]));
        case 'string_size':
          return new Callable('string_size', () =>
            base === undefined ? about('column') : size === undefined ? 256 : Number(size),
          );
        case 'can_expand_to':
          return new Callable('can_expand_to', () => about('column'));
        case 'fields':
          return new Unknown(`the fields of '${isText(name) ? textOf(name) : '?'}'`);
        case 'mode':
          return new Unknown(`the mode of '${isText(name) ? textOf(name) : '?'}'`);
        default:
          return undefined;
      }
    },
    undefined,
    isText(name) ? `<Column ${textOf(name)} (${type ?? 'unknown'})>` : undefined,
  );
}

/** `api.Column`: makes columns and translates types. */
export function columnClass(adapter: string): Value {
  const types = new ColumnTypes(adapter);
  const make = (name: Value, type: Value) => columnValue(name, isText(type) ? textOf(type) : undefined, types);
  return new Callable(
    'Column',
    args => make(argument(args, 0, 'column'), argument(args, 1, 'dtype')),
    new Map<string, Value>([
      [
        'translate_type',
        new Callable('translate_type', args => {
          const type = argument(args, 0, 'dtype');
          return isText(type) ? types.translate(textOf(type)) : type instanceof Unknown ? type : new Unknown('a type');
        }),
      ],
      [
        'create',
        new Callable('create', args => {
          const type = textArgument(args, 1, 'label_or_dtype');
          return make(argument(args, 0, 'name'), type === undefined ? undefined : types.translate(type));
        }),
      ],
      [
        'numeric_type',
        new Callable('numeric_type', args =>
          numericType(adapter, args.positional.length > 0 ? args.positional : [...args.keywords.values()]),
        ),
      ],
      [
        'string_type',
        new Callable('string_type', args => {
          const size = numberOf(argument(args, 0, 'size'));
          return size === undefined ? new Unknown('a type') : stringType(adapter, Number(size));
        }),
      ],
    ]),
  );
}

function numericType(adapter: string, [type, precision, scale]: readonly Value[]): Value {
  if (!isText(type)) return new Unknown('a type');
  // BigQuery, Databricks and Spark have numeric types of a fixed size.
  if (adapter === 'bigquery' || adapter === 'clickhouse') return textOf(type);
  const p = numberOf(precision);
  const s = numberOf(scale);
  return p === undefined || s === undefined ? textOf(type) : `${textOf(type)}(${p},${s})`;
}

function stringType(adapter: string, size: number): string {
  if (adapter === 'bigquery' || adapter === 'databricks') return 'STRING';
  if (adapter === 'snowflake' || adapter === 'trino' || adapter === 'athena') return `varchar(${size})`;
  if (adapter === 'clickhouse') return 'String';
  return adapter === 'sqlserver' || adapter === 'fabric'
    ? `varchar(${size > 0 ? size : '8000'})`
    : `character varying(${size})`;
}
