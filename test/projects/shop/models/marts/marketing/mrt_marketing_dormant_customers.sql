with

customers as (

    select * from {{ ref('dim_customers') }}

),

sessions as (

    select * from {{ ref('fct_web_sessions') }}

),

final as (

    select
        customers.customer_key,
        customers.customer_id,
        customers.country_code,
        customers.is_newsletter_subscriber,
        customers.created_at
    from customers
    where customers.customer_id not in (
        select sessions.customer_id from sessions
    )

)

select * from final
