with

lines as (

    select * from {{ ref('int_order_lines_priced') }}

),

summarised as (

    select
        order_id,
        count(*) as line_count,
        sum(quantity) as quantity,
        sum(net_amount) as order_amount
    from lines
    group by order_id

)

select * from summarised
