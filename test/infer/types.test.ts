import { describe, expect, test } from 'vitest';
import type { TypeFamily } from '../../server/src/project/facts.ts';
import { typeFamilyOf } from '../../server/src/project/infer/type-names.ts';
import type { Dialect } from '../../server/src/syntax/sql/dialect.ts';
import { infer, type Relations } from './infer.ts';

const names: readonly [written: string, family: TypeFamily | undefined, dialect?: Dialect][] = [
  ['varchar(10)', 'text'],
  ['VARCHAR', 'text'],
  ['character varying(20)', 'text'],
  ['character varying', 'text'],
  ['string', 'text'],
  ['number(38,0)', 'integer'],
  ['numeric(10, 2)', 'decimal'],
  ['numeric(10)', 'integer'],
  ['decimal', 'decimal'],
  ['number', 'integer', 'snowflake'],
  ['numeric', 'decimal', 'postgres'],
  ['int64', 'integer'],
  ['bigint', 'integer'],
  ['int unsigned', 'integer', 'mysql'],
  ['tinyint(1)', 'integer', 'mysql'],
  ['uint256', 'integer'],
  ['double precision', 'float'],
  ['float8', 'float'],
  ['bool', 'boolean'],
  ['bit', 'boolean', 'tsql'],
  ['bit', undefined, 'postgres'],
  ['date', 'date'],
  ['timestamp', 'timestamp'],
  ['timestamp', 'timestamptz', 'bigquery'],
  ['timestamp_ntz', 'timestamp'],
  ['TIMESTAMP_NTZ(9)', 'timestamp'],
  ['timestamp_ltz', 'timestamptz'],
  ['timestamp with time zone', 'timestamptz'],
  ['timestamp(6) with time zone', 'timestamptz'],
  ['timestamp without time zone', 'timestamp'],
  ['datetime', 'timestamp'],
  ['datetime2(7)', 'timestamp', 'tsql'],
  ['datetimeoffset', 'timestamptz', 'tsql'],
  ['time', 'time'],
  ['interval day to second', 'interval'],
  ['jsonb', 'json'],
  ['variant', 'json'],
  ['super', 'json'],
  ['struct<a int, b array<int>>', 'struct'],
  ['row(a int, b varchar(3))', 'struct'],
  ['array<string>', 'array'],
  ['int[]', 'array'],
  ['varchar(10)[]', 'array'],
  ['map<string, int>', 'map'],
  ['Nullable(Int32)', 'integer', 'clickhouse'],
  ['LowCardinality(Nullable(String))', 'text', 'clickhouse'],
  ['bytea', 'binary'],
  ['uuid', 'uuid'],
  ['uniqueidentifier', 'uuid'],
  ['geography', 'geography'],
  ['my_type', undefined],
  ['', undefined],
  ['numeric(', 'decimal'],
  ['constructor', undefined],
];

test.each(names)('%s is %s', (written, family, dialect) => {
  expect(typeFamilyOf(written, dialect ?? 'ansi')).toBe(family);
});

const tables: Relations = {
  t: 'i integer, j integer, d decimal, f float, s text, day date, ts timestamp, tz timestamptz, ok boolean, arr array, x',
};

const expressions: readonly [
  expression: string,
  family: TypeFamily | undefined,
  because?: string | undefined,
  dialect?: Dialect,
][] = [
  ['i', 'integer', 'upstream t.i'],
  ['x', undefined],
  ['1', 'integer', 'a number literal'],
  ['1.5', 'decimal', 'a number literal', 'postgres'],
  ['1.5', 'float', 'a number literal', 'bigquery'],
  ['1.5', undefined],
  ['1e3', 'float'],
  ["'a'", 'text', 'a text literal'],
  ['true', 'boolean'],
  ["date '2024-01-01'", 'date', 'a date literal'],
  ["timestamp '2024-01-01 00:00:00'", 'timestamp', 'a timestamp literal', 'postgres'],
  ['null', undefined],
  ['cast(x as date)', 'date', 'cast to date'],
  ['x::numeric(10,2)', 'decimal', 'cast to numeric', 'postgres'],
  ['x::varchar', 'text', 'cast to varchar', 'snowflake'],
  ['cast(x as timestamp with time zone)', 'timestamptz'],
  ['try_cast(x as int)', 'integer', 'cast to int', 'snowflake'],
  ['x = 1', 'boolean', 'comparison with ='],
  ['x > 1 and x < 3', 'boolean', 'and'],
  ['not x', 'boolean'],
  ['x is null', 'boolean'],
  ['x in (1, 2)', 'boolean'],
  ["x like 'a%'", 'boolean'],
  ['x between 1 and 2', 'boolean'],
  ['exists (select 1)', 'boolean'],
  ['s || x', 'text'],
  ['x || x', undefined],
  ['x || x', 'text', '||', 'snowflake'],
  ['arr || arr', 'array'],
  ['i + j', 'integer'],
  ['i * d', 'decimal'],
  ['d * f', 'float'],
  ['i + x', undefined],
  ['i / j', 'integer', '/', 'postgres'],
  ['i / j', 'float', '/', 'bigquery'],
  ['i / j', 'decimal', '/', 'snowflake'],
  ['i / j', undefined],
  ['-d', 'decimal'],
  ['i % 2', 'integer'],
  ['day - day', 'integer', '-', 'postgres'],
  ['day - day', 'interval', '-', 'trino'],
  ['day + 1', 'date', '+', 'snowflake'],
  ["ts + interval '1 day'", 'timestamp'],
  ["day + interval '1 day'", 'timestamp', '+', 'postgres'],
  ['ts - ts', 'interval', '-', 'postgres'],
  ['case when ok then 1 else 0 end', 'integer', 'case'],
  ['case when ok then 1 else null end', 'integer'],
  ["case when ok then 1 else 'a' end", undefined],
  ['case when ok then i else d end', 'decimal'],
  ['case when ok then i else x end', undefined],
  ['coalesce(i, 0)', 'integer', 'coalesce()'],
  ['coalesce(day, ts)', undefined],
  ['iff(ok, day, day)', 'date'],
  ['nullif(s, 1)', 'text', 'nullif()'],
  ['count(*)', 'integer', 'count()'],
  ['sum(d)', 'decimal'],
  ['sum(i)', 'integer', 'sum()', 'snowflake'],
  ['sum(i)', undefined, undefined, 'postgres'],
  ['avg(i)', 'float', 'avg()', 'bigquery'],
  ['avg(i)', 'decimal', 'avg()', 'snowflake'],
  ['max(day)', 'date', 'max()'],
  ['lower(x)', 'text', 'lower()'],
  ['length(x)', 'integer'],
  ['current_date', 'date'],
  ['current_timestamp', 'timestamptz', 'current_timestamp()', 'postgres'],
  ['current_timestamp', 'timestamp', 'current_timestamp()', 'tsql'],
  ['row_number() over (order by i)', 'integer'],
  ['lag(day) over (order by i)', 'date'],
  ["date_trunc('month', ts)", 'timestamp', 'date_trunc()', 'postgres'],
  ["date_trunc('month', day)", 'date', 'date_trunc()', 'snowflake'],
  ["date_trunc('month', day)", undefined, undefined, 'duckdb'],
  ['date_trunc(cast(x as date), month)', 'date', 'date_trunc()', 'bigquery'],
  ['dateadd(day, 1, day)', 'date', 'dateadd()', 'snowflake'],
  ['dateadd(hour, 1, day)', undefined, undefined, 'snowflake'],
  ['datediff(day, day, ts)', 'integer', 'datediff()', 'snowflake'],
  ['extract(year from day)', 'integer', 'extract(year)', 'snowflake'],
  ['extract(epoch from ts)', undefined, undefined, 'duckdb'],
  ['md5(s)', 'text', 'md5()', 'snowflake'],
  ['md5(s)', undefined, undefined, 'bigquery'],
  ['my_udf(s)', undefined],
  ['schema.count(s)', undefined],
  ['isnull(x)', 'boolean', 'isnull()', 'databricks'],
  ['round(d, 2)', 'decimal'],
  ['round(f)', 'float'],
  ['(select max(day) from t)', 'date'],
  ["ts at time zone 'UTC'", 'timestamptz', 'at time zone', 'postgres'],
  ['\uE000', undefined],
  ['i + \uE000', undefined],
];

test.each(expressions)('%s is %s (%s)', (expression, family, because, dialect) => {
  const type = infer(`select ${expression} as v from t`, tables, dialect).output.columns[0]?.type;
  expect(type?.family).toBe(family);
  if (because !== undefined) expect(type?.because).toBe(because);
});

describe('types pass through', () => {
  const typeOf = (sql: string, dialect?: Dialect) =>
    infer(sql, tables, dialect).output.columns.map(column => column.type?.family);

  test('CTEs, aliases and stars', () => {
    expect(typeOf('with a as (select cast(x as date) as k, t.* from t) select k as m, d, k from a')).toEqual([
      'date',
      'decimal',
      'date',
    ]);
  });

  test('aliases of the same list', () => {
    expect(typeOf('select x::date as k, k as l, k > 1 as m from t', 'snowflake')).toEqual(['date', 'date', 'boolean']);
  });

  test('branches of a set operation that agree', () => {
    expect(typeOf('select i, d, s, day from t union all select d, d, 1, null from t')).toEqual([
      'decimal',
      'decimal',
      undefined,
      'date',
    ]);
  });
});
