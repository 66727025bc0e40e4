with

lines as (

    select * from {{ ref('int_order_lines_priced') }}

),

products as (

    select
        product_id,
        category_name
    from {{ ref('dim_products') }}

),

final as (

    select
        products.category_name,
        lines.sales_channel,
        sum(lines.net_amount) as net_amount
    from lines
    left join products on lines.product_id = products.product_id
    group by products.category_name, lines.sales_channel

)

select * from final
