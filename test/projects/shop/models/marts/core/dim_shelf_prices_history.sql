with

versions as (

    select * from {{ ref('snp_products_daily') }}

),

final as (

    select
        {{ surrogate_key(['product_id', 'dbt_valid_from']) }} as shelf_price_version_key,
        product_id,
        category_name,
        list_price_amount,
        dbt_valid_from as valid_from,
        dbt_valid_to as valid_to,
        dbt_valid_to is null as is_current
    from versions

)

select * from final
