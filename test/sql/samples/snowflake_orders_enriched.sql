-- One row per order with its customer and payments.
with orders as (

    select * from analytics.staging.stg_orders

),

customers as (

    select
        customer_id,
        lower(trim(email)) as email,
        coalesce(nullif(country, ''), 'unknown') as country
    from analytics.staging.stg_customers
    where not is_deleted

),

payments as (

    select
        order_id,
        sum(iff(status = 'captured', amount, 0)) as captured_amount,
        count_if(status = 'failed') as failed_payments,
        max(paid_at)::timestamp_ntz as last_paid_at
    from analytics.staging.stg_payments
    group by order_id

),

final as (

    select
        orders.order_id,
        orders.customer_id,
        customers.email,
        customers.country,
        orders.status,
        payments.captured_amount,
        payments.failed_payments,
        datediff('day', orders.ordered_at, payments.last_paid_at) as days_to_payment,
        case
            when orders.status = 'returned' then 0
            when payments.captured_amount is null then 0
            else payments.captured_amount
        end as net_amount
    from orders
    left join customers
        on orders.customer_id = customers.customer_id
    left join payments
        on orders.order_id = payments.order_id

)

select * from final
