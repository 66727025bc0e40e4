/** What is typed around the SQL: configuration, references, guards, loops, macros. */

import { group, type Snippet } from './snippet.ts';

const MODEL = `select order_id
from {{ ref('stg_shop__orders') }}
`;
const BELOW_CONFIG = `§\n\n${MODEL}`;
const IN_WHERE = `select order_id
from {{ ref('stg_shop__orders') }}
where updated_at >= §
`;

const CONFIG = group('Configuration', 'sql', [
  {
    name: 'Config',
    prefix: ['gl-config', 'config block', 'materialized'],
    description: 'How a model is stored.',
    frame: BELOW_CONFIG,
    text: "{{ config(materialized='«table|view|ephemeral|materialized_view|incremental»') }}",
  },
  {
    name: 'Config, view',
    prefix: ['gl-config-view', 'config, view'],
    description: 'A model that is worked out whenever it is read.',
    frame: BELOW_CONFIG,
    text: "{{ config(materialized='view') }}",
  },
  {
    name: 'Config, table',
    prefix: ['gl-config-table', 'config, table'],
    description: 'A model that is written anew in every run.',
    frame: BELOW_CONFIG,
    text: "{{ config(materialized='table', tags=['«nightly»']) }}",
  },
  {
    name: 'Config, ephemeral',
    prefix: ['gl-config-ephemeral', 'config, ephemeral'],
    description: 'A model that is written into those that read it, and nowhere else.',
    frame: BELOW_CONFIG,
    text: "{{ config(materialized='ephemeral') }}",
  },
  {
    name: 'Config, materialized view',
    prefix: ['gl-config-materialized-view', 'config, materialized view'],
    description: 'A model that the warehouse keeps up to date by itself.',
    frame: BELOW_CONFIG,
    text: "{{ config(materialized='materialized_view', on_configuration_change='«apply|continue|fail»') }}",
  },
  {
    name: 'Config, incremental',
    prefix: ['gl-config-incremental', 'config, incremental'],
    description:
      'A model to which each run adds. The key makes a second run harmless; the last line says what new columns do.',
    frame: `§

select
    order_id,
    updated_at
from {{ ref('stg_shop__orders') }}
{% if is_incremental() %}
where updated_at >= (
        select coalesce(max(loaded.updated_at), cast('1900-01-01' as timestamp)) - interval '3 days'
        from {{ this }} as loaded
    )
{% endif %}
`,
    text: `
{{
    config(
        materialized='incremental',
        incremental_strategy='«merge|delete+insert|append|insert_overwrite|microbatch»',
        unique_key='«order_id»',
        on_schema_change='«append_new_columns|sync_all_columns|fail|ignore»'
    )
}}
`,
  },
  {
    name: 'Config, clustered or partitioned',
    prefix: ['gl-config-partition', 'config, partition_by', 'cluster_by'],
    description: 'A table that is stored by day (BigQuery), so that a filter on the day reads little.',
    frame: `§

select
    order_id,
    cast(ordered_at as date) as ordered_date,
    customer_id
from {{ ref('stg_shop__orders') }}
`,
    text: `
{{
    config(
        materialized='table',
        partition_by={'field': '«ordered_date»', 'data_type': '«date|timestamp|int64»', 'granularity': '«day|hour|month|year»'},
        cluster_by=['«customer_id»']
    )
}}
`,
  },
  {
    name: 'Config of a test',
    prefix: ['gl-config-test', 'config, test'],
    description: 'How bad it is when a singular test returns rows, and from how many on.',
    path: 'tests/orders_have_a_customer.sql',
    frame: `§

select order_id
from {{ ref('stg_shop__orders') }}
where customer_id is null
`,
    text: "{{ config(severity='«error|warn»', warn_if='«>0»', error_if='«>10»', store_failures=«true|false») }}",
  },
]);

const REFERENCES = group('References and variables', 'sql', [
  {
    name: 'ref',
    prefix: ['gl-ref', 'ref'],
    description: 'Another model, seed or snapshot.',
    frame: 'select order_id\nfrom §\n',
    text: "{{ ref('«stg_shop__orders»') }}",
  },
  {
    name: 'source',
    prefix: ['gl-source', 'source'],
    description: 'A table that something else loads.',
    path: 'models/staging/shop/stg_shop__order_numbers.sql',
    frame: 'select order_id\nfrom §\n',
    text: "{{ source('«shop»', '«orders»') }}",
  },
  {
    name: 'var',
    prefix: ['gl-var', 'var'],
    description: 'A variable of the project, with a value for when nobody sets it.',
    frame: IN_WHERE,
    text: "'{{ var('«start_date»', '«2024-01-01»') }}'",
  },
  {
    name: 'env_var',
    prefix: ['gl-env-var', 'env_var'],
    description: 'A variable of the environment, with a value for where it is not set.',
    frame: IN_WHERE,
    text: "'{{ env_var('«DBT_START_DATE»', '«2024-01-01»') }}'",
  },
  {
    name: 'is_incremental guard',
    prefix: ['gl-is-incremental', 'is_incremental'],
    description:
      'The part of an incremental model that holds from the second run on: what is new, and the last days again.',
    frame: `{{ config(materialized='incremental', unique_key='order_id', on_schema_change='append_new_columns') }}

select
    order_id,
    updated_at
from {{ ref('stg_shop__orders') }}
§
`,
    text: `
{% if is_incremental() %}
where «updated_at» >= (
        select coalesce(max(loaded.«updated_at»), cast('1900-01-01' as timestamp)) - interval «'3 days'|3 day|'3' day»
        from {{ this }} as loaded
    )
{% endif %}
`,
  },
]);

const FLOW = group('Jinja', 'sql', [
  {
    name: 'if',
    prefix: ['gl-if', 'jinja if'],
    description: 'SQL that is there under a condition only.',
    frame: `${MODEL}§\n`,
    text: `
{% if «target.name == 'dev'» %}
where «updated_at» >= «cast('2024-01-01' as timestamp)»
{% endif %}
`,
  },
  {
    name: 'for, with commas between',
    prefix: ['gl-for', 'jinja for', 'loop with commas'],
    description: 'A line for each of a list, with a comma behind all but the last.',
    frame: "select\n    customer_id,\n    §\nfrom {{ ref('stg_shop__orders') }}\ngroup by customer_id\n",
    text: `
{% for «status» in ['«placed»', '«shipped»', '«delivered»'] %}
sum(case when «order_status» = '{{ «status» }}' then «order_amount» end) as {{ «status» }}_«amount»{{ ',' if not loop.last }}
{% endfor %}
`,
  },
  {
    name: 'set',
    prefix: ['gl-set', 'jinja set'],
    description: 'A value with a name.',
    frame: `§\n\nselect order_id\nfrom {{ ref('stg_shop__orders') }}\nwhere order_status in ('{{ statuses | join("', '") }}')\n`,
    text: "{% set «statuses» = ['«placed»', '«shipped»'] %}",
  },
  {
    name: 'set block',
    prefix: ['gl-set-block', 'jinja set block'],
    description: 'A text with a name, over several lines.',
    frame: `§\n\nselect order_id\nfrom {{ ref('stg_shop__orders') }}\nwhere {{ is_open }}\n`,
    text: `
{% set «is_open» %}
    «order_status» not in ('«delivered»', '«cancelled»')
{% endset %}
`,
  },
  {
    name: 'Comment',
    prefix: ['gl-comment', 'jinja comment'],
    description: 'A comment that does not reach the warehouse.',
    frame: BELOW_CONFIG,
    text: '{# «why it is so» #}',
  },
  {
    name: 'Macro',
    prefix: ['gl-macro', 'macro'],
    description: 'SQL with a name and arguments, for all models.',
    path: 'macros/cents_to_amount.sql',
    text: `
{% macro «cents_to_amount»(«column», «scale»=2) %}
    cast({{ «column» }} / «100.0» as decimal(18, {{ «scale» }}))
{% endmacro %}
`,
  },
  {
    name: 'Macro for several warehouses',
    prefix: ['gl-macro-dispatch', 'macro, dispatch'],
    description: 'A macro with a form of its own for one warehouse, and one for all others.',
    path: 'macros/days_between.sql',
    text: `
{% macro «days_between»(«first», «last») %}
    {{ return(adapter.dispatch('«days_between»')(«first», «last»)) }}
{% endmacro %}

{% macro default__«days_between»(«first», «last») %}
    cast({{ «last» }} as date) - cast({{ «first» }} as date)
{% endmacro %}

{% macro «bigquery»__«days_between»(«first», «last») %}
    date_diff(cast({{ «last» }} as date), cast({{ «first» }} as date), day)
{% endmacro %}
`,
  },
  {
    name: 'Query while compiling',
    prefix: ['gl-run-query', 'run_query', 'query while compiling'],
    description:
      'Values that the warehouse is asked for before the SQL is written. While dbt only parses, nothing can be asked.',
    path: 'macros/statuses_there_are.sql',
    text: `
{% macro «statuses_there_are»() %}
    {% set query %}
        select distinct «order_status» from {{ ref('«stg_shop__orders»') }} order by 1
    {% endset %}
    {% if execute %}
        {{ return(run_query(query).columns[0].values()) }}
    {% endif %}
    {{ return([]) }}
{% endmacro %}
`,
  },
  {
    name: 'Silence one finding',
    prefix: ['gl-ignore', 'grainline-ignore'],
    description: 'Says that a finding on the next line is known, and why it is no fault.',
    frame: `select
    order_id,
    §
    order_amount * 1.19 as gross_amount
from {{ ref('stg_shop__orders') }}
`,
    text: '-- grainline-ignore: «float-money» -- «why it is right here»',
  },
]);

const TESTS = group('Checks', 'sql', [
  {
    name: 'Singular test',
    prefix: ['gl-test', 'singular test'],
    description: 'A query for the rows that must not be there: it fails when it returns one.',
    path: 'tests/orders_have_no_negative_amount.sql',
    text: `
-- «An order never has a negative value.»
select
    «order_id»,
    «order_amount»
from {{ ref('«stg_shop__orders»') }}
where «order_amount < 0»
`,
  },
  {
    name: 'Generic test',
    prefix: ['gl-test-generic', 'generic test'],
    description: 'A test that YAML can name for any column.',
    path: 'tests/generic/is_not_negative.sql',
    text: `
{% test «is_not_negative»(model, column_name) %}

select {{ column_name }}
from {{ model }}
where {{ column_name }} «< 0»

{% endtest %}
`,
  },
]);

export const SQL_JINJA: readonly Snippet[] = [...CONFIG, ...REFERENCES, ...FLOW, ...TESTS];
