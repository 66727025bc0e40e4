with

balances as (

    select * from {{ ref('int_stock_balances_filled') }}

),

final as (

    select
        {{ surrogate_key(['stock_date', 'product_id', 'warehouse_id']) }} as inventory_key,
        {{ date_key('stock_date') }} as stock_date_key,
        stock_date,
        product_id,
        {{ surrogate_key(['warehouse_id']) }} as warehouse_key,
        moved_quantity,
        on_hand_quantity
    from balances

)

select * from final
