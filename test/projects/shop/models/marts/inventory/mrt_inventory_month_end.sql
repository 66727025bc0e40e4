-- Stock is a level: it is read on the last day of a month, never summed over days.
with

inventory as (

    select * from {{ ref('fct_inventory_daily') }}
    where stock_date = last_day(stock_date)

),

warehouses as (

    select * from {{ ref('dim_warehouses') }}

),

final as (

    select
        inventory.stock_date,
        warehouses.warehouse_id,
        warehouses.warehouse_name,
        count(*) as product_count,
        sum(inventory.on_hand_quantity) as on_hand_quantity
    from inventory
    inner join warehouses on inventory.warehouse_key = warehouses.warehouse_key
    group by inventory.stock_date, warehouses.warehouse_id, warehouses.warehouse_name

)

select * from final
