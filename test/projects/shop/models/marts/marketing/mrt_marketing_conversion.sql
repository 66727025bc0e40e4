with

orders as (

    select * from {{ ref('int_orders_summarised') }}

)

select
    sessions.*,
    orders.order_amount,
    orders.order_id is not null as has_converted
from {{ ref('fct_web_sessions') }} as sessions
left join orders on sessions.order_id = orders.order_id
