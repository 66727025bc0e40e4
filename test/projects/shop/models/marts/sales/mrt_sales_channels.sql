with

orders as (

    select * from {{ ref('fct_orders') }}

),

lines as (

    select * from {{ ref('fct_order_lines') }}

),

final as (

    select
        orders.sales_channel,
        sum(orders.order_amount) as order_amount,
        sum(lines.quantity) as quantity
    from orders
    left join lines on orders.order_id = lines.order_id
    group by orders.sales_channel

)

select * from final
