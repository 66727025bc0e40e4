{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail'
    )
}}

with

customers as (

    select * from {{ ref('stg_crm__customers') }}

),

final as (

    select
        {{ surrogate_key(['customers.customer_id']) }} as customer_hash_key,
        customers.customer_id,
        customers.loaded_at,
        'crm.customers' as record_source
    from customers
    {% if is_incremental() %}
    left join {{ this }} as known on customers.customer_id = known.customer_id
    where known.customer_id is null
    {% endif %}

)

select * from final
