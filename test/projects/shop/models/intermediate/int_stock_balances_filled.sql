with

{{ calendar_days(var('calendar_start_date'), var('calendar_end_date')) }},

movements as (

    select
        product_id,
        warehouse_id,
        movement_date,
        sum(quantity) as moved_quantity
    from {{ ref('int_stock_movements_unioned') }}
    group by product_id, warehouse_id, movement_date

),

stocked_products as (

    select
        product_id,
        warehouse_id
    from movements
    group by product_id, warehouse_id

),

filled as (

    select
        days.calendar_date as stock_date,
        stocked_products.product_id,
        stocked_products.warehouse_id,
        coalesce(movements.moved_quantity, 0) as moved_quantity
    from days
    cross join stocked_products
    left join movements
        on days.calendar_date = movements.movement_date
        and stocked_products.product_id = movements.product_id
        and stocked_products.warehouse_id = movements.warehouse_id

),

balances as (

    select
        stock_date,
        product_id,
        warehouse_id,
        moved_quantity,
        sum(moved_quantity) over (
            partition by product_id, warehouse_id
            order by stock_date
            rows between unbounded preceding and current row
        ) as on_hand_quantity
    from filled

)

select * from balances
