/** Which family a type's name belongs to: in casts, in column definitions and in `data_type` of YAML. */

import type { Dialect } from '../../syntax/sql/dialect.ts';
import type { TypeName } from '../../syntax/sql/tree.ts';
import type { TypeFamily } from '../facts.ts';

/** Family of a type as written, `varchar(10)`, `timestamp with time zone`, `array<struct<a int>>`; `undefined` when not known. */
export function typeFamilyOf(name: string, dialect: Dialect): TypeFamily | undefined {
  const text = name.trim().toLowerCase();
  if (text === '' || text.length > 10_000) return undefined;
  if (/(?:\[\s*\d*\s*\]|\barray)$/.test(text)) return 'array';
  const open = text.search(/[(<]/);
  if (open < 0) return familyOf(text, [], dialect);
  const close = Math.max(text.lastIndexOf(')'), text.lastIndexOf('>'));
  const inside = close > open ? text.slice(open + 1, close) : text.slice(open + 1);
  const after = close > open ? text.slice(close + 1) : '';
  const base = text.slice(0, open).trim();
  if (wrappers.has(base)) return typeFamilyOf(inside, dialect);
  const whole = `${base} ${after.trim()}`.trim().replace(/\s+/g, ' ');
  return familyOf(
    whole,
    inside
      .split(',')
      .map(part => part.trim())
      .filter(part => part !== ''),
    dialect,
  );
}

/** Family of a type in the tree. */
export function familyOfType(type: TypeName, dialect: Dialect): TypeFamily | undefined {
  if (type.hasUnknown || type.name === '') return undefined;
  if (wrappers.has(type.name)) {
    const inner = type.elements[0]?.type;
    if (inner !== undefined && inner !== type) return familyOfType(inner, dialect);
    return type.parameters.length === 1 ? typeFamilyOf(type.parameters[0] as string, dialect) : undefined;
  }
  return familyOf(type.name, type.parameters, dialect) ?? typeFamilyOf(type.name, dialect);
}

/** ClickHouse: the type inside is what counts. */
const wrappers = new Set(['nullable', 'lowcardinality']);

function familyOf(name: string, parameters: readonly string[], dialect: Dialect): TypeFamily | undefined {
  const words = name.replace(/\s+/g, ' ').replace(/ (?:not null|null|unsigned|signed|zerofill|character set .*)$/, '');
  switch (words) {
    case 'numeric':
    case 'decimal':
    case 'number':
    case 'dec':
    case 'fixed':
      return familyOfDecimal(parameters, dialect);
    case 'timestamp':
      // An instant there, whatever zone it is shown in.
      return dialect === 'bigquery' || dialect === 'databricks' || dialect === 'sparksql' ? 'timestamptz' : 'timestamp';
    case 'bit':
      return dialect === 'tsql' && parameters.length === 0 ? 'boolean' : undefined;
  }
  if (/^interval\b/.test(words)) return 'interval';
  if (/^timestamp (?:\(\d+\) )?with (?:local )?time zone$/.test(words)) return 'timestamptz';
  if (/^timestamp (?:\(\d+\) )?without time zone$/.test(words)) return 'timestamp';
  if (/^time (?:\(\d+\) )?with(?:out)? time zone$/.test(words)) return 'time';
  return families.get(words);
}

function familyOfDecimal(parameters: readonly string[], dialect: Dialect): TypeFamily | undefined {
  const scale = parameters[1];
  if (scale === undefined) {
    if (parameters.length === 1) return 'integer'; // numeric(10) has no digits behind the point
    return dialect === 'snowflake' ? 'integer' : 'decimal';
  }
  if (!/^-?\d+$/.test(scale)) return undefined;
  return Number(scale) > 0 ? 'decimal' : 'integer';
}

const families: ReadonlyMap<string, TypeFamily> = new Map(
  Object.entries({
    integer:
      'int integer bigint smallint tinyint mediumint byteint int1 int2 int4 int8 int16 int32 int64 int128 int256 uint8 uint16 ' +
      'uint32 uint64 uint128 uint256 uint hugeint uhugeint ubigint uinteger usmallint utinyint long short byte serial ' +
      'bigserial smallserial serial4 serial8 year oid signed|signed integer|unsigned|unsigned integer',
    decimal: 'bignumeric bigdecimal money smallmoney decimal32 decimal64 decimal128 decimal256',
    float: 'float float4 float8 float32 float64 real double binary_float binary_double|double precision',
    text:
      'varchar char character text string nchar nvarchar varchar2 nvarchar2 clob nclob bpchar citext name longtext mediumtext ' +
      'tinytext ntext sysname fixedstring enum enum8 enum16|character varying|char varying|national character|' +
      'national character varying|national char|long varchar',
    boolean: 'bool boolean logical',
    date: 'date date32',
    timestamp:
      'datetime datetime2 datetime64 datetime32 smalldatetime timestamp_ntz timestampntz timestamp_s timestamp_ms timestamp_ns timestamp_us',
    timestamptz: 'timestamptz timestamp_tz timestamp_ltz timestampltz datetimeoffset',
    time: 'time timetz time64',
    json: 'json jsonb variant super object',
    array: 'array list',
    map: 'map hstore',
    struct: 'struct row record tuple nested',
    binary: 'binary varbinary bytea blob bytes image raw varbyte longblob mediumblob tinyblob|binary varying',
    uuid: 'uuid uniqueidentifier',
    geography:
      'geography geometry point linestring polygon multipoint multilinestring multipolygon geometrycollection h3',
  } satisfies Partial<Record<TypeFamily, string>>).flatMap(([family, names]) => {
    // Names of one word are parted by spaces; those of several words follow, parted by bars.
    const [first = '', ...several] = names.split('|');
    const words = first.split(' ');
    return [...words, ...several].map(name => [name, family as TypeFamily] as const);
  }),
);
