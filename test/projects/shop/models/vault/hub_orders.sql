{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail'
    )
}}

with

orders as (

    select * from {{ ref('stg_erp__orders') }}

),

final as (

    select
        {{ surrogate_key(['orders.order_id']) }} as order_hash_key,
        orders.order_id,
        orders.loaded_at,
        'erp.orders' as record_source
    from orders
    {% if is_incremental() %}
    left join {{ this }} as known on orders.order_id = known.order_id
    where known.order_id is null
    {% endif %}

)

select * from final
