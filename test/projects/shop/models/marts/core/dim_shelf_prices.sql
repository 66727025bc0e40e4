-- Type 4: the price of today. What it was before is in dim_shelf_prices_history.
with

prices as (

    select * from {{ ref('dim_shelf_prices_history') }}
    where is_current

),

final as (

    select
        {{ surrogate_key(['product_id']) }} as shelf_price_key,
        product_id,
        category_name,
        list_price_amount
    from prices

)

select * from final
