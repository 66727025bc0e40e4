with

lines as (

    select * from {{ ref('stg_erp__order_lines') }}

),

orders as (

    select * from {{ ref('stg_erp__orders') }}

),

priced as (

    select
        lines.order_line_id,
        lines.order_id,
        lines.line_number,
        lines.product_id,
        orders.customer_id,
        orders.sales_channel,
        orders.ordered_at,
        lines.quantity,
        lines.unit_price_amount,
        lines.discount_amount,
        cast(lines.quantity * lines.unit_price_amount as decimal(12, 2)) as gross_amount,
        cast(lines.quantity * lines.unit_price_amount - lines.discount_amount as decimal(12, 2)) as net_amount
    from lines
    inner join orders on lines.order_id = orders.order_id
    where orders.cancelled_at is null

)

select * from priced
