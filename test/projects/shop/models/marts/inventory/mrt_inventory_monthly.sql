with

inventory as (

    select * from {{ ref('fct_inventory_daily') }}

),

final as (

    select
        cast(date_trunc('month', stock_date) as date) as month_start_date,
        warehouse_key,
        sum(moved_quantity) as moved_quantity,
        sum(on_hand_quantity) as on_hand_quantity
    from inventory
    group by cast(date_trunc('month', stock_date) as date), warehouse_key

)

select * from final
