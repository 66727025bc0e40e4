with

orders as (

    select * from {{ ref('stg_erp__orders') }}

),

order_totals as (

    select * from {{ ref('int_orders_summarised') }}

),

final as (

    select
        orders.order_id,
        {{ surrogate_key(['orders.customer_id']) }} as customer_key,
        {{ date_key('orders.ordered_at') }} as order_date_key,
        orders.order_status,
        orders.sales_channel,
        orders.ordered_at,
        orders.cancelled_at is not null as is_cancelled,
        coalesce(order_totals.line_count, 0) as line_count,
        coalesce(order_totals.order_amount, 0) as order_amount
    from orders
    left join order_totals on orders.order_id = order_totals.order_id

)

select * from final
