with

receipts as (

    select * from {{ ref('stg_erp__stock_receipts') }}

),

shipments as (

    select * from {{ ref('stg_erp__shipments') }}

),

lines as (

    select * from {{ ref('int_order_lines_priced') }}

),

unioned as (

    select
        product_id,
        warehouse_id,
        cast(received_at as date) as movement_date,
        quantity,
        'receipt' as movement_type
    from receipts

    union

    select
        lines.product_id,
        shipments.warehouse_id,
        cast(shipments.shipped_at as date) as movement_date,
        -lines.quantity as quantity,
        'sale' as movement_type
    from lines
    inner join shipments on lines.order_id = shipments.order_id

)

select * from unioned
