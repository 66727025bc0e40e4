-- Accumulating snapshot: a row is rewritten as its order passes the milestones.
with

orders as (

    select * from {{ ref('stg_erp__orders') }}

),

payments as (

    select * from {{ ref('int_payments_summarised') }}

),

shipments as (

    select
        order_id,
        min(shipped_at) as first_shipped_at,
        max(delivered_at) as last_delivered_at,
        count(*) as shipment_count
    from {{ ref('stg_erp__shipment') }}
    group by order_id

),

final as (

    select
        orders.order_id,
        {{ surrogate_key(['orders.customer_id']) }} as customer_key,
        {{ date_key('orders.ordered_at') }} as order_date_key,
        orders.ordered_at,
        payments.last_paid_at as paid_at,
        shipments.first_shipped_at as shipped_at,
        shipments.last_delivered_at as delivered_at,
        date_diff('hour', orders.ordered_at, shipments.first_shipped_at) as hours_to_ship,
        date_diff('hour', shipments.first_shipped_at, shipments.last_delivered_at) as hours_to_deliver,
        coalesce(payments.payment_count, 0) as payment_count,
        coalesce(shipments.shipment_count, 0) as shipment_count,
        coalesce(payments.paid_amount, 0) as paid_amount
    from orders
    left join payments on orders.order_id = payments.order_id
    left join shipments on orders.order_id = shipments.order_id

)

select * from final
