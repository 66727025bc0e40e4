-- A row per change: what is like the newest row of its customer is not loaded again.
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail'
    )
}}

with

customers as (

    select
        {{ surrogate_key(['customer_id']) }} as customer_hash_key,
        {{ surrogate_key(['city_name', 'country_code', 'newsletter_opt_in']) }} as details_hash_diff,
        city_name,
        country_code,
        newsletter_opt_in as is_newsletter_subscriber,
        loaded_at
    from {{ ref('stg_crm__customers') }}

),

{% if is_incremental() %}
newest as (

    select
        customer_hash_key,
        details_hash_diff
    from {{ this }}
    qualify row_number() over (partition by customer_hash_key order by loaded_at desc) = 1

),
{% endif %}

final as (

    select
        customers.customer_hash_key,
        customers.details_hash_diff,
        customers.city_name,
        customers.country_code,
        customers.is_newsletter_subscriber,
        customers.loaded_at,
        'crm.customers' as record_source
    from customers
    {% if is_incremental() %}
    left join newest on customers.customer_hash_key = newest.customer_hash_key
    where customers.details_hash_diff is distinct from newest.details_hash_diff
    {% endif %}

)

select * from final
