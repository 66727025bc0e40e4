import { init, parse as parseSql } from '@guanmingchiu/sqlparser-ts';
import parserPackage from 'node-sql-parser';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DEFAULT_SQL_STYLE, type GeneratorContext } from '../../server/src/generate/context.ts';
import type { DimensionAnswers } from '../../server/src/generate/dimension.ts';
import { generateDimension as planDimension } from '../../server/src/generate/dimension.ts';
import type { Generated } from '../../server/src/generate/plan.ts';
import { DIALECTS } from '../../server/src/syntax/sql/dialect.ts';
import { contextWith, filesOf, made, rendered, textOf } from './context.ts';

const generateDimension = (answers: DimensionAnswers, context: GeneratorContext): Generated =>
  made(planDimension(answers, context), context);

const CHANGES: DimensionAnswers = {
  source: { kind: 'model', name: 'stg_crm__membership_changes' },
  naturalKey: 'member_id',
  trackedColumns: ['tier_name', 'is_auto_renewing'],
  changeTime: 'changed_at',
};

const SNAPSHOT: DimensionAnswers = {
  source: { kind: 'snapshot', name: 'snp_products_daily' },
  naturalKey: 'product_id',
  trackedColumns: ['product_name', 'list_price_amount'],
};

describe('from a change log', () => {
  it('writes a model for DuckDB', () => {
    expect(textOf(generateDimension(CHANGES, contextWith()), '.sql')).toBe(`{{ config(materialized='table') }}

with

changes as (

    select * from {{ ref('stg_crm__membership_changes') }}

),

-- One row per key and moment; of several, the same one wins in every run.
ranked as (

    select
        member_id,
        tier_name,
        is_auto_renewing,
        changed_at,
        row_number() over (
            partition by member_id, changed_at
            order by tier_name, is_auto_renewing
        ) as row_rank
    from changes
    -- Without a time, a change has no place in the history.
    where changed_at is not null

),

compared as (

    select
        member_id,
        tier_name,
        is_auto_renewing,
        changed_at,
        row_number() over (partition by member_id order by changed_at) as version_number,
        lag(tier_name) over (partition by member_id order by changed_at) as previous_tier_name,
        lag(is_auto_renewing) over (partition by member_id order by changed_at) as previous_is_auto_renewing
    from ranked
    where row_rank = 1

),

versions as (

    select
        member_id,
        tier_name,
        is_auto_renewing,
        changed_at as valid_from,
        lead(changed_at) over (partition by member_id order by changed_at) as valid_to
    from compared
    where version_number = 1
        or tier_name is distinct from previous_tier_name
        or is_auto_renewing is distinct from previous_is_auto_renewing

),

final as (

    select
        md5(cast(member_id as varchar) || '|' || cast(valid_from as varchar)) as membership_key,
        member_id,
        tier_name,
        is_auto_renewing,
        valid_from,
        valid_to,
        valid_to is null as is_current
    from versions

)

select * from final
`);
  });

  it('writes a model for Redshift, in upper case, with deletions and a load time', () => {
    const answers: DimensionAnswers = {
      source: { kind: 'source', source: 'crm', name: 'tier_history' },
      naturalKey: ['tenant_id', 'tier_id'],
      trackedColumns: ['name', 'order'],
      changeTime: 'updated_at',
      tieBreaker: '_loaded_at',
      deletedFlag: 'is_deleted',
    };
    const context = contextWith({
      dialect: 'redshift',
      sql: { ...DEFAULT_SQL_STYLE, keywordCase: 'upper' },
      materialized: () => 'table',
    });
    expect(textOf(generateDimension(answers, context), '.sql')).toBe(`WITH

changes AS (

    SELECT * FROM {{ source('crm', 'tier_history') }}

),

-- One row per key and moment; of several, the same one wins in every run.
ranked AS (

    SELECT
        tenant_id,
        tier_id,
        name,
        "order",
        COALESCE(is_deleted, FALSE) AS is_deleted,
        updated_at,
        ROW_NUMBER() OVER (
            PARTITION BY tenant_id, tier_id, updated_at
            ORDER BY _loaded_at DESC, name, "order", is_deleted
        ) AS row_rank
    FROM changes
    -- Without a time, a change has no place in the history.
    WHERE updated_at IS NOT NULL

),

compared AS (

    SELECT
        tenant_id,
        tier_id,
        name,
        "order",
        is_deleted,
        updated_at,
        ROW_NUMBER() OVER (PARTITION BY tenant_id, tier_id ORDER BY updated_at) AS version_number,
        LAG(name) OVER (PARTITION BY tenant_id, tier_id ORDER BY updated_at) AS previous_name,
        LAG("order") OVER (PARTITION BY tenant_id, tier_id ORDER BY updated_at) AS previous_order,
        LAG(is_deleted) OVER (PARTITION BY tenant_id, tier_id ORDER BY updated_at) AS previous_is_deleted
    FROM ranked
    WHERE row_rank = 1

),

versions AS (

    SELECT
        tenant_id,
        tier_id,
        name,
        "order",
        is_deleted,
        updated_at AS valid_from,
        LEAD(updated_at) OVER (PARTITION BY tenant_id, tier_id ORDER BY updated_at) AS valid_to
    FROM compared
    WHERE version_number = 1
        OR (name <> previous_name OR (name IS NULL AND previous_name IS NOT NULL) OR (name IS NOT NULL AND previous_name IS NULL))
        OR ("order" <> previous_order OR ("order" IS NULL AND previous_order IS NOT NULL) OR ("order" IS NOT NULL AND previous_order IS NULL))
        OR (is_deleted <> previous_is_deleted OR (is_deleted IS NULL AND previous_is_deleted IS NOT NULL) OR (is_deleted IS NOT NULL AND previous_is_deleted IS NULL))

),

final AS (

    SELECT
        MD5(CAST(tenant_id AS VARCHAR) || '|' || CAST(tier_id AS VARCHAR) || '|' || CAST(valid_from AS VARCHAR)) AS tier_key,
        tenant_id,
        tier_id,
        name,
        "order",
        valid_from,
        valid_to,
        valid_to IS NULL AS is_current
    FROM versions
    WHERE NOT is_deleted

)

SELECT * FROM final
`);
  });

  it.each([
    ['snowflake', "md5(cast(member_id as varchar) || '|' || cast(valid_from as varchar))", 'is distinct from'],
    ['bigquery', "to_hex(md5(concat(cast(member_id as string), '|', cast(valid_from as string))))", 'is distinct from'],
    ['postgres', "md5(cast(member_id as varchar) || '|' || cast(valid_from as varchar))", 'is distinct from'],
    ['databricks', "md5(concat(cast(member_id as string), '|', cast(valid_from as string)))", 'is distinct from'],
    ['sparksql', "md5(concat(cast(member_id as string), '|', cast(valid_from as string)))", '<=>'],
    [
      'trino',
      "lower(to_hex(md5(to_utf8(cast(member_id as varchar) || '|' || cast(valid_from as varchar)))))",
      'is distinct',
    ],
    ['tsql', "cast(member_id as varchar(4000)) + '|' + convert(varchar(33), valid_from, 126)", 'intersect select'],
  ] as const)('spells hash and comparison as %s does', (dialect, hash, comparison) => {
    const sql = textOf(generateDimension(CHANGES, contextWith({ dialect })), '.sql');
    expect(sql).toContain(hash);
    expect(sql.match(new RegExp(comparison.replace(/[<=>]/g, '\\$&'), 'g'))).toHaveLength(2);
  });

  it('keeps its helper columns apart from those it carries', () => {
    const answers = { ...CHANGES, trackedColumns: ['tier_name', 'previous_tier_name', 'row_rank', 'Version_Number'] };
    const sql = textOf(generateDimension(answers, contextWith()), '.sql');
    expect(sql).toContain(' as previous_tier_name_2,');
    expect(sql).toContain(' as row_rank_2');
    expect(sql).toContain(' as version_number_2,');
  });

  it('never tracks the key, the time or the deletion, and no column twice', () => {
    const answers = {
      ...CHANGES,
      trackedColumns: ['MEMBER_ID', 'changed_at', 'gone', 'tier_name', 'Tier_Name'],
      deletedFlag: 'gone',
    };
    const sql = textOf(generateDimension(answers, contextWith()), '.sql');
    expect(sql.match(/lag\(/g)).toHaveLength(2);
    expect(sql).not.toMatch(/Tier_Name|MEMBER_ID/);
  });

  it('takes the hash of dbt_utils where it is installed', () => {
    const sql = textOf(generateDimension(CHANGES, contextWith({ packages: ['dbt_utils'] })), '.sql');
    expect(sql).toContain("{{ dbt_utils.generate_surrogate_key(['member_id', 'valid_from']) }} as membership_key");
  });
});

describe('from a snapshot', () => {
  it('takes the periods that dbt wrote', () => {
    expect(textOf(generateDimension(SNAPSHOT, contextWith({ materialized: () => 'table' })), '.sql')).toBe(`with

versions as (

    select * from {{ ref('snp_products_daily') }}

),

final as (

    select
        md5(cast(product_id as varchar) || '|' || cast(dbt_valid_from as varchar)) as product_key,
        product_id,
        product_name,
        list_price_amount,
        dbt_valid_from as valid_from,
        dbt_valid_to as valid_to,
        dbt_valid_to is null as is_current
    from versions

)

select * from final
`);
  });

  it('knows an open end that is a date, other names, and deletions that are rows', () => {
    const source = {
      ...SNAPSHOT.source,
      openEnd: "cast('9999-12-31' as timestamp)",
      validFrom: 'starts_at',
      validTo: 'ends_at',
      hasDeletedRows: true,
    };
    const sql = textOf(generateDimension({ ...SNAPSHOT, source }, contextWith()), '.sql');
    expect(sql).toContain("ends_at = cast('9999-12-31' as timestamp) as is_current");
    expect(sql).toContain('starts_at as valid_from');
    expect(sql).toContain("where dbt_is_deleted = 'False'");
  });
});

describe('the YAML', () => {
  it('says what a row is and what must hold', () => {
    expect(textOf(generateDimension(CHANGES, contextWith()), '.yml')).toBe(`models:
  - name: dim_membership
    description: One row per membership and period in which its attributes held.
    config:
      meta:
        grainline:
          kind: dimension
          scd: 2
          natural_key: member_id
          surrogate_key: membership_key
          grain: [member_id, valid_from]
    columns:
      - name: membership_key
        description: Hash of member_id and valid_from; one per version.
        data_tests: [unique, not_null]
      - name: member_id
        description: Natural key of the membership; repeats once per version.
        data_tests:
          - not_null
          - unique:
              config:
                where: is_current
      - name: tier_name
        description: Tier name of the membership while the version held.
      - name: is_auto_renewing
        description: True if the membership is auto renewing while the version held.
      - name: valid_from
        description: First moment of the version.
        data_tests: [not_null]
      - name: valid_to
        description: First moment after the version; NULL while it is current.
      - name: is_current
        description: True for the version that holds now.
        data_tests: [not_null]
`);
  });

  it('lists the columns of the model, in its order', () => {
    const generated = generateDimension(CHANGES, contextWith());
    const outputs = textOf(generated, '.sql').match(/final as \(\n\n {4}select\n([\s\S]*?)\n {4}from/)?.[1] ?? '';
    const fromSql = outputs.split(',\n').map(line => line.trim().split(' ').at(-1));
    const entry = parse(textOf(generated, '.yml')).models[0];
    expect(entry.columns.map((column: { name: string }) => column.name)).toEqual(fromSql);
    expect(fromSql).toHaveLength(7);
  });

  it('never tests the natural key as unique over all versions', () => {
    for (const dialect of ['duckdb', 'tsql'] as const) {
      const entry = parse(textOf(generateDimension(CHANGES, contextWith({ dialect })), '.yml')).models[0];
      const key = entry.columns.find((column: { name: string }) => column.name === 'member_id');
      expect(key.data_tests).toContain('not_null');
      expect(key.data_tests).not.toContain('unique');
      expect(key.data_tests[1].unique.config.where).toBe(dialect === 'tsql' ? 'is_current = 1' : 'is_current');
    }
  });

  it('keeps to the style of the project', () => {
    const yaml = {
      ...contextWith().yaml,
      testsKey: 'tests',
      nestedArguments: false,
      versionHeader: true,
      fileName: '<model>.yml',
    } as const;
    const generated = generateDimension(CHANGES, contextWith({ yaml, packages: ['dbt_utils'] }));
    expect(filesOf(generated).map(file => file.path)).toEqual([
      'models/marts/core/dim_membership.sql',
      'models/marts/core/dim_membership.yml',
    ]);
    const text = textOf(generated, '.yml');
    expect(text.startsWith('version: 2\n\nmodels:\n')).toBe(true);
    expect(text).not.toContain('data_tests');
    expect(parse(text).models[0].tests).toEqual([
      { 'dbt_utils.unique_combination_of_columns': { combination_of_columns: ['member_id', 'valid_from'] } },
    ]);
  });
});

describe('what it refuses', () => {
  it.each([
    ['a name that is taken', CHANGES, { names: ['DIM_membership'] }, /'dim_membership' exists already/],
    [
      'a file that is there',
      CHANGES,
      { files: ['models/marts/core/_dim_membership.yml'] },
      /_dim_membership\.yml' exists/,
    ],
    [
      'a log without a time',
      { ...CHANGES, changeTime: ' ' },
      {},
      /When did a row of 'stg_crm__membership_changes' change/,
    ],
    ['nothing to track', { ...CHANGES, trackedColumns: ['member_id'] }, {}, /at least one column/],
    ['no key', { ...CHANGES, naturalKey: '' }, {}, /natural key/],
    ['a column that the dimension adds', { ...CHANGES, trackedColumns: ['Valid_From'] }, {}, /'Valid_From' is also/],
    ['a log on ClickHouse', CHANGES, { dialect: 'clickhouse' as const }, /ClickHouse/],
  ])('%s', (_, answers, changes, message) => {
    const generated = generateDimension(answers, contextWith(changes));
    expect('problem' in generated && generated.problem).toMatch(message);
  });
});

// node-sql-parser cannot read IS DISTINCT FROM as BigQuery spells it, nor <=>; sqlparser-ts reads all of these.
const NODE_SQL_PARSER = { snowflake: 'snowflake', postgres: 'postgresql', redshift: 'redshift' };
const SQLPARSER_TS = {
  ansi: 'generic',
  snowflake: 'snowflake',
  bigquery: 'bigquery',
  redshift: 'redshift',
  postgres: 'postgresql',
  databricks: 'databricks',
  duckdb: 'duckdb',
  tsql: 'mssql',
  mysql: 'mysql',
  sqlite: 'sqlite',
} as const;

describe('every dialect', () => {
  const parser = new parserPackage.Parser();

  it.each(Object.entries(NODE_SQL_PARSER))('%s: is read by node-sql-parser', (dialect, database) => {
    for (const keywordCase of ['lower', 'upper'] as const) {
      const context = contextWith({
        dialect: dialect as keyof typeof NODE_SQL_PARSER,
        sql: { ...DEFAULT_SQL_STYLE, keywordCase },
      });
      for (const answers of [CHANGES, SNAPSHOT]) {
        const sql = rendered(textOf(generateDimension(answers, context), '.sql'));
        const { tableList } = parser.parse(sql, { database });
        expect(tableList.map(table => table.split('::').at(-1))).toContain(answers.source.name);
      }
    }
  });

  it.each(Object.entries(SQLPARSER_TS))('%s: is read by sqlparser-ts', async (dialect, itsName) => {
    await init();
    const context = contextWith({ dialect: dialect as keyof typeof SQLPARSER_TS });
    const answers = {
      ...CHANGES,
      trackedColumns: ['tier_name', 'order'],
      deletedFlag: 'is_deleted',
      tieBreaker: 'loaded_at',
    };
    for (const each of [answers, SNAPSHOT]) {
      const sql = rendered(textOf(generateDimension(each, context), '.sql'));
      expect(parseSql(sql, itsName)).toHaveLength(1);
      expect(() => parseSql(`${sql} from`, itsName)).toThrow();
    }
  });

  it.each(DIALECTS)('%s: gives files with balanced parentheses and no trailing blanks', dialect => {
    for (const answers of [CHANGES, SNAPSHOT]) {
      const generated = generateDimension(answers, contextWith({ dialect }));
      if (dialect === 'clickhouse' && answers === CHANGES) continue;
      for (const { text } of filesOf(generated)) {
        expect(text.match(/\(/g)?.length ?? 0).toBe(text.match(/\)/g)?.length ?? 0);
        expect(text).not.toMatch(/[ \t]$/m);
        expect(text).toMatch(/[^\n]\n$/);
      }
    }
  });
});
