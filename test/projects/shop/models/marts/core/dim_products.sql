with

versions as (

    select * from {{ ref('snp_products_daily') }}

),

final as (

    select
        {{ surrogate_key(['product_id', 'dbt_valid_from']) }} as product_key,
        product_id,
        product_name,
        category_name,
        supplier_id,
        list_price_amount,
        is_discontinued,
        dbt_valid_from as valid_from,
        dbt_valid_to as valid_to,
        dbt_valid_to is null as is_current
    from versions

)

select * from final
