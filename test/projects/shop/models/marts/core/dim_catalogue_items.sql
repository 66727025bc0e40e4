-- Type 6: the department an item was in, beside the one it is in today.
with

versions as (

    select * from {{ ref('snp_products_daily') }}

),

final as (

    select
        {{ surrogate_key(['product_id', 'dbt_valid_from']) }} as catalogue_item_key,
        product_id,
        product_name,
        category_name,
        last_value(category_name) over (
            partition by product_id
            order by dbt_valid_from
            rows between unbounded preceding and unbounded following
        ) as current_category_name,
        dbt_valid_from as valid_from,
        dbt_valid_to as valid_to,
        dbt_valid_to is null as is_current
    from versions

)

select * from final
