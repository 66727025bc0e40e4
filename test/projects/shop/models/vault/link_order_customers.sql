{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail'
    )
}}

with

orders as (

    select
        {{ surrogate_key(['order_id', 'customer_id']) }} as order_customer_hash_key,
        {{ surrogate_key(['order_id']) }} as order_hash_key,
        {{ surrogate_key(['customer_id']) }} as customer_hash_key,
        loaded_at
    from {{ ref('stg_erp__orders') }}

),

final as (

    select
        orders.order_customer_hash_key,
        orders.order_hash_key,
        orders.customer_hash_key,
        orders.loaded_at,
        'erp.orders' as record_source
    from orders
    {% if is_incremental() %}
    left join {{ this }} as known on orders.order_customer_hash_key = known.order_customer_hash_key
    where known.order_customer_hash_key is null
    {% endif %}

)

select * from final
