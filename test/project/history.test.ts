/** How nodes keep history, by whoever says so: YAML, dbt's snapshots, or the text itself, and through the models between. */

import { describe, expect, it } from 'vitest';
import type { NodeHistory } from '../../server/src/project/history.ts';
import { Projects } from '../../server/src/project/project.ts';

const ROOT = 'file:///project';

function open(files: Readonly<Record<string, string>>): Projects {
  const projects = new Projects();
  const all = { 'dbt_project.yml': "name: example\nversion: '1.0'\nprofile: example\n", ...files };
  for (const [path, text] of Object.entries(all)) projects.files.set(`${ROOT}/${path}`, text);
  projects.files.settle();
  return projects;
}

function history(id: string, files: Readonly<Record<string, string>>): NodeHistory | undefined {
  return open(files).history(`${ROOT} ${id}`);
}

const LOG = `
with log as (select sku, price, changed_at from {{ ref('price_log') }}),
versions as (
  select sku, price, changed_at as valid_from,
    lead(changed_at) over (partition by sku order by changed_at) as valid_to
  from log
)`;

const SNAPSHOT = `{% snapshot products_history %}
{{ config(unique_key='id', strategy='timestamp', updated_at='updated_at') }}
select id, name, updated_at from {{ ref('products') }}
{% endsnapshot %}`;

describe('snapshots', () => {
  it('keep versions by their key', () => {
    expect(history('snapshot.example.products_history', { 'snapshots/p.sql': SNAPSHOT })).toMatchObject({
      scd: 2,
      by: 'snapshot',
      naturalKey: ['id'],
      versionKey: 'dbt_scd_id',
      validFrom: 'dbt_valid_from',
      validTo: 'dbt_valid_to',
      openEnd: 'null',
      isHalfOpen: true,
    });
  });

  it('are read in YAML, with the names and the open end it gives', () => {
    const found = history('snapshot.example.h', {
      'models/products.sql': 'select 1 as id, 2 as line, 3 as price',
      'snapshots/h.yml': `
snapshots:
  - name: h
    relation: ref('products')
    config:
      unique_key: [id, line]
      strategy: check
      check_cols: [price]
      dbt_valid_to_current: "to_date('9999-12-31')"
      snapshot_meta_column_names: { dbt_valid_from: start_at, dbt_valid_to: end_at }
`,
    });
    expect(found).toMatchObject({
      naturalKey: ['id', 'line'],
      validFrom: 'start_at',
      validTo: 'end_at',
      openEnd: 'sentinel',
      sentinel: "to_date('9999-12-31')",
    });
  });

  it('have no natural key that is known when theirs is an expression', () => {
    const text = SNAPSHOT.replace("'id'", '"id || \'-\' || name"');
    expect(history('snapshot.example.products_history', { 'snapshots/p.sql': text })?.naturalKey).toEqual([]);
  });

  it('are handed on through refs, renames and stars', () => {
    const found = history('model.example.dim_products', {
      'snapshots/p.sql': SNAPSHOT,
      'models/stg.sql': "select * from {{ ref('products_history') }}",
      'models/dim_products.sql': `
with source as (select * from {{ ref('stg') }}), final as (
  select md5(id) as product_key, id as product_id, dbt_valid_from as valid_from,
    coalesce(dbt_valid_to, cast('9999-12-31' as timestamp)) as valid_to, dbt_valid_to is null as is_current
  from source)
select * from final`,
    });
    expect(found).toMatchObject({
      by: 'snapshot',
      from: 'snapshot.example.products_history',
      naturalKey: ['product_id'],
      validFrom: 'valid_from',
      validTo: 'valid_to',
      isCurrent: 'is_current',
      openEnd: 'sentinel',
      sentinel: "cast('9999-12-31' as timestamp)",
      isHalfOpen: true,
    });
  });

  it('are no history any more behind a filter on the current rows, a grouping or a join that multiplies', () => {
    const behind = (sql: string): NodeHistory | undefined =>
      history('model.example.a', { 'snapshots/p.sql': SNAPSHOT, 'models/a.sql': sql });
    const from = "from {{ ref('products_history') }} as h";
    expect(behind(`select id, name, dbt_valid_from, dbt_valid_to ${from}`)).toBeDefined();
    expect(behind(`select id, dbt_valid_from, dbt_valid_to ${from} where dbt_valid_to is null`)).toBeUndefined();
    expect(behind(`select id, max(dbt_valid_from) as dbt_valid_from ${from} group by 1`)).toBeUndefined();
    expect(
      behind(
        `select id, dbt_valid_from, dbt_valid_to ${from} qualify row_number() over (partition by id order by dbt_valid_from) = 1`,
      ),
    ).toBeUndefined();
    expect(
      behind(`select h.id, dbt_valid_from, dbt_valid_to ${from} join {{ ref('orders') }} as o on o.product_id = h.id`),
    ).toBeUndefined();
  });
});

describe('declarations', () => {
  const declared = (meta: string, sql: string): NodeHistory | undefined =>
    history('model.example.dim', {
      'models/schema.yml': `models:\n  - name: dim\n    config: { meta: { grainline: ${meta} } }\n`,
      'models/dim.sql': sql,
    });

  it('win, and take from the text what they leave out', () => {
    const found = declared(
      '{ scd: 2, natural_key: sku, surrogate_key: price_key }',
      `${LOG} select md5(sku) as price_key, sku, valid_from, valid_to, valid_to is null as is_current from versions`,
    );
    expect(found).toMatchObject({
      scd: 2,
      by: 'declared',
      naturalKey: ['sku'],
      versionKey: 'price_key',
      validFrom: 'valid_from',
      validTo: 'valid_to',
      isCurrent: 'is_current',
      openEnd: 'null',
      isHalfOpen: true,
    });
  });

  it('take the natural key from the grain', () => {
    const found = declared(
      '{ scd: 2, grain: [a, b, effective_from] }',
      'select a, b, effective_from, effective_to from t',
    );
    expect(found).toMatchObject({ naturalKey: ['a', 'b'], validFrom: 'effective_from', openEnd: 'unknown' });
  });

  it.each([0, 1, 3, 4, 5, 6, 7])('may say type %i', scd => {
    expect(declared(`{ scd: ${scd} }`, 'select 1 as a')?.scd).toBe(scd);
  });

  it('are read of a semantic model with a natural entity', () => {
    const found = history('model.example.dim_reps', {
      'models/dim_reps.sql': 'select * from {{ source("crm", "reps") }}',
      'models/semantic.yml': `
semantic_models:
  - name: reps
    model: ref('dim_reps')
    entities:
      - { name: rep, type: natural, expr: rep_id }
    dimensions:
      - { name: started, expr: tier_start, type: time, type_params: { time_granularity: day, validity_params: { is_start: true } } }
      - { name: ended, expr: tier_end, type: time, type_params: { time_granularity: day, validity_params: { is_end: true } } }
`,
    });
    expect(found).toMatchObject({
      scd: 2,
      by: 'semantic model',
      naturalKey: ['rep_id'],
      validFrom: 'tier_start',
      validTo: 'tier_end',
    });
  });

  it('are not taken when they are no type', () => {
    expect(declared('{ scd: 8 }', 'select 1 as a')).toBeUndefined();
  });
});

it('is known of an incremental model that reads itself, whoever asks first', () => {
  const files = {
    'models/dim.sql': `{{ config(materialized='incremental', unique_key=['sku', 'valid_from']) }}
with now_open as (
  select sku, price, changed_at as valid_from, cast(null as timestamp) as valid_to, true as is_current
  from {{ ref('prices') }}
)
{% if is_incremental() %}
select * from now_open
union all
select old.sku, old.price, old.valid_from, new.valid_from as valid_to, false as is_current
from {{ this }} as old join now_open as new on new.sku = old.sku where old.is_current
{% else %}
select * from now_open
{% endif %}`,
  };
  const projects = open(files);
  expect(projects.models.units(`${ROOT} model.example.dim`)).toHaveLength(2);
  expect(projects.models.delivery(`${ROOT} model.example.dim`)?.columns.columns).toHaveLength(5);
  expect(projects.history(`${ROOT} model.example.dim`)?.naturalKey).toEqual(['sku']);
});

describe('text', () => {
  const built = (sql: string): NodeHistory | undefined => history('model.example.a', { 'models/a.sql': sql });

  it('shows a history where LEAD ends the versions of a key', () => {
    expect(built(`${LOG} select sku as product_sku, price, valid_from, valid_to from versions`)).toMatchObject({
      scd: 2,
      by: 'built',
      naturalKey: ['product_sku'],
      validFrom: 'valid_from',
      validTo: 'valid_to',
      openEnd: 'null',
      isHalfOpen: true,
    });
  });

  it('sees an interval that is closed on purpose', () => {
    const found = built(`
select sku, changed_at as valid_from,
  coalesce(lead(changed_at) over (w) - interval '1 second', timestamp '9999-12-31') as valid_to
from {{ ref('price_log') }} window w as (partition by sku order by changed_at)`);
    expect(found).toMatchObject({ naturalKey: ['sku'], openEnd: 'sentinel', isHalfOpen: false });
    const whole = built(`select sku, changed_at as valid_from,
  coalesce(lead(changed_at) over (partition by sku order by changed_at), timestamp '9999-12-31') - interval '1 day' as valid_to
from {{ ref('price_log') }}`);
    expect(whole).toMatchObject({ naturalKey: ['sku'], openEnd: 'unknown', isHalfOpen: false });
  });

  it('reads an end that CASE chooses', () => {
    const found = built(`
select sku, changed_at as valid_from, case
    when lead(changed_at) over (partition by sku order by changed_at) is null then timestamp '9999-12-31'
    else lead(changed_at) over (partition by sku order by changed_at) end as valid_to
from {{ ref('price_log') }}`);
    expect(found).toMatchObject({ naturalKey: ['sku'], openEnd: 'sentinel', sentinel: "timestamp '9999-12-31'" });
  });

  it('shows one in a model that opens versions and closes them in later runs', () => {
    const found = built(`{{ config(materialized='incremental', unique_key=['sku', 'effective_from']) }}
select sku, price, current_timestamp as effective_from, cast(null as timestamp) as effective_to, true as is_current
from {{ ref('prices') }}`);
    expect(found).toMatchObject({ by: 'built', naturalKey: ['sku'], isCurrent: 'is_current', openEnd: 'null' });
  });

  it('shows none where only names say so', () => {
    expect(built('select sku, valid_from, valid_to from {{ ref("x") }}')).toBeUndefined();
    expect(
      built('select sku, changed_at, lead(changed_at) over (partition by sku order by changed_at) as next_at from t'),
    ).toBeUndefined();
    expect(
      built('select id, start_date, lead(start_date) over (partition by id order by start_date) as end_date from t'),
    ).toBeUndefined();
    expect(built('select sku, now() as valid_from, cast(null as date) as valid_to from t')).toBeUndefined();
  });

  it('shows none behind a choice of the current version', () => {
    expect(built(`${LOG} select sku, valid_from, valid_to from versions where valid_to is null`)).toBeUndefined();
    expect(
      built(`${LOG} select sku, min(valid_from) as valid_from, max(valid_to) as valid_to from versions group by 1`),
    ).toBeUndefined();
  });
});
