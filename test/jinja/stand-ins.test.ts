import { describe, expect, it } from 'vitest';
import { UNKNOWN } from '../../server/src/base/source-map.ts';
import { parseTemplate } from '../../server/src/syntax/jinja/parse-template.ts';
import { DBT_DATE } from '../../server/src/syntax/jinja/standins/dbt-date.ts';
import { DBT_DATES } from '../../server/src/syntax/jinja/standins/dbt-dates.ts';
import { DBT_NAMES } from '../../server/src/syntax/jinja/standins/dbt-names.ts';
import { DBT_TEXT } from '../../server/src/syntax/jinja/standins/dbt-text.ts';
import { DBT_TYPES } from '../../server/src/syntax/jinja/standins/dbt-types.ts';
import { DBT_UTILS } from '../../server/src/syntax/jinja/standins/dbt-utils.ts';
import { FIVETRAN_UTILS } from '../../server/src/syntax/jinja/standins/fivetran-utils.ts';
import { standInNames } from '../../server/src/syntax/jinja/standins/stand-ins.ts';
import { expandText } from './environment.ts';

const ADAPTERS = [
  'snowflake',
  'bigquery',
  'redshift',
  'postgres',
  'databricks',
  'spark',
  'duckdb',
  'trino',
  'athena',
  'sqlserver',
  'fabric',
  'clickhouse',
  'ansi',
];

function sql(call: string, adapter = 'duckdb'): string {
  const expansion = expandText(`{{ ${call} }}`, { adapter });
  expect(expansion.unknownMacros).toEqual([]);
  expect(expansion.problems).toEqual([]);
  return expansion.text.replace(/\s+/g, ' ').replace(/\( /g, '(').replace(/ \)/g, ')').trim();
}

describe('the texts', () => {
  it.each(
    [DBT_DATE, DBT_DATES, DBT_NAMES, DBT_TEXT, DBT_TYPES, DBT_UTILS, FIVETRAN_UTILS].map(text => [
      text.slice(0, 60),
      text,
    ]),
  )('%s parse', (_, text) => {
    const { value, problems } = parseTemplate(text, 'file:///stand-in.sql');
    expect(problems).toEqual([]);
    expect(value.macros.length).toBeGreaterThan(5);
    expect(new Set(value.macros.map(macro => macro.name)).size).toBe(value.macros.length);
  });

  it('are listed by the names people call', () => {
    expect(standInNames('dbt')).toEqual(
      expect.arrayContaining(['dateadd', 'type_string', 'listagg', 'generate_alias_name']),
    );
    expect(standInNames('dbt_utils')).toEqual(expect.arrayContaining(['star', 'slugify']));
    expect(standInNames('nobody')).toEqual([]);
  });
});

describe('per warehouse', () => {
  it.each([
    [
      "dbt.dateadd('day', 1, 'd')",
      {
        snowflake: 'dateadd(day, 1, d)',
        bigquery: 'datetime_add(cast(d as datetime), interval 1 day)',
        postgres: "d + ((interval '1 day') * (1))",
        redshift: 'dateadd(day, 1, d)',
        duckdb: '(d + cast(1 as bigint) * interval 1 day)',
        trino: "date_add('day', 1, d)",
        sqlserver: 'dateadd(day, 1, cast(d as datetime2(6)))',
      },
    ],
    [
      "dbt.datediff('a', 'b', 'month')",
      {
        snowflake: 'datediff(month, a, b)',
        bigquery: 'datetime_diff(cast(b as datetime), cast(a as datetime), month)',
        duckdb: "(date_diff('month', a::timestamp, b::timestamp))",
        postgres:
          "((date_part('year', (b)::date) - date_part('year', (a)::date)) * 12 + date_part('month', (b)::date) - date_part('month', (a)::date))",
      },
    ],
    [
      "dbt.date_trunc('month', 'd')",
      { ansi: "date_trunc('month', d)", bigquery: 'timestamp_trunc(cast(d as timestamp), month)' },
    ],
    [
      "dbt.safe_cast('a', 'int')",
      {
        snowflake: 'try_cast(a as int)',
        bigquery: 'safe_cast(a as int)',
        databricks: 'try_cast(a as int)',
        postgres: 'cast(a as int)',
      },
    ],
    [
      'dbt.type_string()',
      { snowflake: 'TEXT', bigquery: 'STRING', trino: 'VARCHAR', clickhouse: 'String', fabric: 'VARCHAR(8000)' },
    ],
    ['dbt.type_numeric()', { snowflake: 'numeric(28,6)', bigquery: 'numeric' }],
    [
      'dbt.current_timestamp()',
      { postgres: 'now()', redshift: 'getdate()', bigquery: 'current_timestamp()', trino: 'current_timestamp' },
    ],
    ["dbt.hash('a')", { snowflake: 'md5(cast(a as TEXT))', bigquery: 'to_hex(md5(cast(a as STRING)))' }],
    ["dbt.concat(['a', 'b'])", { snowflake: 'a || b', databricks: 'concat(a, b)' }],
    [
      "dbt.listagg('a', \"', '\", 'order by b')",
      {
        snowflake: "listagg(a, ', ') within group (order by b)",
        postgres: "string_agg(a, ', ' order by b)",
        spark: "array_join(collect_list(a), ', ')",
      },
    ],
    ['dbt.except()', { snowflake: 'except', bigquery: 'except distinct' }],
    [
      "dbt.split_part('a', \"','\", 1)",
      { snowflake: "split_part(a, ',', 1)", bigquery: "split(a, ',')[safe_offset(0)]" },
    ],
  ] as const)('%s', (call, expected) => {
    for (const [adapter, text] of Object.entries(expected)) expect(sql(call, adapter)).toBe(text);
  });

  const calls = [
    ...['string', 'timestamp', 'int', 'bigint', 'float', 'numeric', 'boolean'].map(type => `dbt.type_${type}()`),
    "dbt.dateadd('week', 2, 'd')",
    "dbt.datediff('a', 'b', 'week')",
    "dbt.last_day('d', 'quarter')",
    'dbt.date(2024, 1, 2)',
    'dbt.snapshot_get_time()',
    'dbt.current_timestamp_backcompat()',
    "dbt.array_construct(['1'])",
    "dbt.array_append('a', '1')",
    "dbt.any_value('a')",
    "dbt.bool_or('a')",
    "dbt.right('a', 2)",
    "dbt.position('a', 'b')",
    "dbt.cast_bool_to_text('a')",
    "dbt.listagg('a', \"','\", 'order by a', 3)",
    "dbt.split_part('a', \"','\", -1)",
    'dbt.string_literal(1)',
    'dbt.escape_single_quotes("it\'s")',
    "dbt_utils.generate_surrogate_key(['a', 'b'])",
    "dbt_utils.deduplicate(ref('a'), 'x', 'y')",
    "dbt_utils.get_url_path('u')",
    "dbt_utils.width_bucket('a', 0, 10, 5)",
    'dbt_date.n_days_ago(3)',
    'dbt_date.now()',
  ];
  it.each(ADAPTERS)('%s answers every call', adapter => {
    for (const call of calls) {
      const text = sql(call, adapter);
      expect(text, call).not.toBe('');
      expect(text, call).not.toContain(UNKNOWN);
    }
  });
});

describe('packages that are not installed', () => {
  it('answer under their old names and without any', () => {
    expect(sql("dbt_utils.datediff('a', 'b', 'day')", 'snowflake')).toBe('datediff(day, a, b)');
    expect(sql('dbt_utils.type_string()')).toBe('TEXT');
    expect(sql("dateadd('day', 1, 'd')", 'snowflake')).toBe('dateadd(day, 1, d)');
    expect(sql("dbt_utils.surrogate_key('a', 'b')", 'snowflake')).toBe(
      "md5(cast(coalesce(cast(a as TEXT), '') || '-' || coalesce(cast(b as TEXT), '') as TEXT))",
    );
  });

  it('take keywords as the originals do', () => {
    expect(sql("dbt.dateadd(datepart='day', interval=-1, from_date_or_timestamp='d')", 'snowflake')).toBe(
      'dateadd(day, -1, d)',
    );
    expect(sql("dbt.listagg(measure='a', limit_num=2)", 'postgres')).toBe("array_to_string((array_agg(a))[1:2], ',')");
  });

  it('group, pivot and build series', () => {
    expect(sql('dbt_utils.group_by(3)')).toBe('group by 1, 2, 3');
    expect(sql("dbt_utils.pivot('color', ['red', \"it's\"])")).toBe(
      `sum(case when color = 'red' then 1 else 0 end) as "red" , sum(case when color = 'it''s' then 1 else 0 end) as "it's"`,
    );
    expect(sql("dbt_utils.slugify('1 Hello-World!')")).toBe('_1_hello_world');
    expect(sql('dbt_utils.generate_series(5)')).toContain(
      'p as p0 cross join p as p1 cross join p as p2 ) select * from unioned where generated_number <= 5'.replace(
        ' )',
        ')',
      ),
    );
  });

  it('write what does not depend on a query, and a placeholder for what does', () => {
    const expansion = expandText("{{ dbt_utils.date_spine('day', 'a', 'b') }}", { adapter: 'snowflake' });
    expect(expansion.text).toContain(`where generated_number <= ${UNKNOWN}`);
    expect(expansion.text).toContain('as date_day');
    expect(expansion.consulted.branches).toBe(0);
    expect(expandText("{{ dbt_utils.pivot('c', dbt_utils.get_column_values(ref('a'), 'c')) }}").unknowns).toHaveLength(
      2,
    );
    const staging =
      "{{ fivetran_utils.fill_staging_columns(source_columns=adapter.get_columns_in_relation(ref('tmp')), staging_columns=[{'name': 'id', 'datatype': 'int'}, {'name': 'at', 'datatype': 'date', 'alias': 'created_at'}]) }}";
    expect(expandText(staging).text.replace(/\s+/g, ' ').trim()).toBe('id as id, at as created_at');
  });
});
