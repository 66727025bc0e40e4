with

lines as (

    select
        order_date_key,
        product_key,
        order_id,
        quantity,
        net_amount
    from {{ ref('fct_order_lines') }}
    order by order_date_key

),

products as (

    select * from {{ ref('dim_products') }}

),

dates as (

    select * from {{ ref('dim_dates') }}

),

final as (

    select
        dates.calendar_date as order_date,
        products.category_name,
        count(distinct lines.order_id) as order_count,
        sum(lines.quantity) as quantity,
        sum(lines.net_amount) as net_amount
    from lines
    inner join dates on lines.order_date_key = dates.date_key
    left join products on lines.product_key = products.product_key
    group by dates.calendar_date, products.category_name

)

select * from final
