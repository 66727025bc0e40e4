/** Whole models that no generator writes: a plain staging model, and the further ways to load. */

import { group, type Snippet } from './snippet.ts';

const STAGING = group('Layers', 'sql', [
  {
    name: 'Staging model',
    prefix: ['gl-staging', 'staging model'],
    description: "A source table with the project's names and types: one row in, one row out.",
    path: 'models/staging/shop/stg_shop__orders_renamed.sql',
    text: `
with

source as (

    select * from {{ source('«shop»', '«orders»') }}

),

renamed as (

    select
        cast(«order_id» as «integer|bigint|varchar|string») as «order»_id,
        «order_status»,
        cast(«order_amount» as decimal(18, 2)) as «order_amount»,
        cast(«ordered_at» as timestamp) as «ordered_at»,
        «_loaded_at»
    from source

)

select * from renamed
`,
  },
]);

const INCREMENTAL = group('Incremental models', 'sql', [
  {
    name: 'Incremental model, append',
    prefix: ['gl-incremental-append', 'append with guard'],
    description:
      'Events that never change, appended once each: what is there already is left out, however late a row comes and however often the run is repeated.',
    path: 'models/intermediate/int_order_events_appended.sql',
    text: `
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='«append_new_columns|sync_all_columns|fail|ignore»'
    )
}}

with

«events» as (

    select * from {{ ref('«stg_shop__order_events»') }}

),

final as (

    select
        «events».«event_id»,
        «events».«event_name»,
        «events».«happened_at»,
        «events».«_loaded_at»
    from «events»
    {% if is_incremental() %}
    where «events».«_loaded_at» >= (
            select coalesce(max(newest.«_loaded_at»), cast('1900-01-01' as timestamp)) - interval «'3 days'|3 day|'3' day»
            from {{ this }} as newest
        )
        and not exists (
            select 1
            from {{ this }} as known
            where known.«event_id» = «events».«event_id»
        )
    {% endif %}

)

select * from final
`,
  },
  {
    name: 'Incremental model, delete and insert',
    prefix: ['gl-incremental-delete-insert', 'delete+insert', 'reload whole days'],
    description:
      'Writes whole days anew: the last ones are deleted and read again, with whatever came late, was corrected or was taken back.',
    path: 'models/intermediate/int_order_days_reloaded.sql',
    text: `
{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='«ordered_date»',
        on_schema_change='«append_new_columns|sync_all_columns|fail|ignore»'
    )
}}

with

«orders» as (

    select * from {{ ref('«stg_shop__orders»') }}

),

dated as (

    select
        «orders».«order_id»,
        «orders».«order_status»,
        «orders».«order_amount»,
        cast(«orders».«ordered_at» as date) as «ordered_date»
    from «orders»
    -- A row without a day belongs to no day that could be written anew.
    where «orders».«ordered_at» is not null

),

final as (

    select
        dated.«ordered_date»,
        dated.«order_id»,
        dated.«order_status»,
        dated.«order_amount»
    from dated
    {% if is_incremental() %}
    where dated.«ordered_date» >= (
            select coalesce(max(loaded.«ordered_date»), cast('1900-01-01' as date)) - interval «'3 days'|3 day|'3' day»
            from {{ this }} as loaded
        )
    {% endif %}

)

select * from final
`,
  },
  {
    name: 'Incremental model, insert overwrite',
    prefix: ['gl-incremental-insert-overwrite', 'insert_overwrite', 'replace partitions'],
    description:
      'Replaces whole partitions (BigQuery, as written here): every partition that is read is read whole, so that none loses rows.',
    path: 'models/intermediate/int_order_days_replaced.sql',
    text: `
{{
    config(
        materialized='incremental',
        incremental_strategy='insert_overwrite',
        partition_by={'field': '«ordered_date»', 'data_type': 'date', 'granularity': '«day|month|year»'},
        on_schema_change='«append_new_columns|sync_all_columns|fail|ignore»'
    )
}}

with

«orders» as (

    select * from {{ ref('«stg_shop__orders»') }}

),

dated as (

    select
        «orders».«order_id»,
        «orders».«order_status»,
        «orders».«order_amount»,
        cast(«orders».«ordered_at» as date) as «ordered_date»
    from «orders»
    -- A row without a day belongs to no partition that could be replaced.
    where «orders».«ordered_at» is not null

),

final as (

    select
        dated.«order_id»,
        dated.«order_status»,
        dated.«order_amount»,
        dated.«ordered_date»
    from dated
    {% if is_incremental() %}
    -- From the first day of a partition on: a part of one would replace the whole.
    where dated.«ordered_date» >= (
            select date_trunc(date_sub(coalesce(max(loaded.«ordered_date»), date '1900-01-04'), interval «3» day), «day|month|year»)
            from {{ this }} as loaded
        )
    {% endif %}

)

select * from final
`,
  },
  {
    name: 'Incremental model, microbatch',
    prefix: ['gl-incremental-microbatch', 'microbatch'],
    description:
      'A batch for each period, which dbt (1.9 and newer) cuts out of every input that has an event_time of its own; late rows are read again with the lookback. PostgreSQL wants a unique_key too.',
    path: 'models/intermediate/int_orders_batched.sql',
    text: `
{{
    config(
        materialized='incremental',
        incremental_strategy='microbatch',
        event_time='«ordered_at»',
        begin='«2024-01-01»',
        batch_size='«day|hour|month|year»',
        lookback=«3»,
        on_schema_change='«append_new_columns|sync_all_columns|fail|ignore»'
    )
}}

with

-- Cut to the batch only if '«stg_shop__orders»' has an event_time in its own config; else each batch holds every row.
«orders» as (

    select * from {{ ref('«stg_shop__orders»') }}

),

final as (

    select
        «order_id»,
        «order_status»,
        «order_amount»,
        «ordered_at»
    from «orders»

)

select * from final
`,
  },
]);

export const SQL_MODELS: readonly Snippet[] = [...STAGING, ...INCREMENTAL];
