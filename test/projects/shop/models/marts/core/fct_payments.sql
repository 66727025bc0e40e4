{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        on_schema_change='append_new_columns'
    )
}}

with

payments as (

    select * from {{ ref('stg_erp__payments') }}
    {% if is_incremental() %}
    where updated_at >= (
        select coalesce(max(loaded.updated_at), timestamp '1900-01-01') - interval 1 day
        from {{ this }} as loaded
    )
    {% endif %}

),

final as (

    select
        payment_id,
        order_id,
        {{ date_key('requested_at') }} as payment_date_key,
        payment_method,
        failed_at is not null as is_failed,
        payment_amount,
        requested_at,
        updated_at
    from payments

)

select * from final
