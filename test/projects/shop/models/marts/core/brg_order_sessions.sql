-- Several visits lead to an order, and a visit may lead to several: each order is shared out among its visits.
with

orders as (

    select
        order_id,
        customer_id,
        ordered_at
    from {{ ref('stg_erp__orders') }}

),

sessions as (

    select
        session_id,
        customer_id,
        started_at
    from {{ ref('int_sessions_summarised') }}

),

touches as (

    select
        orders.order_id,
        sessions.session_id
    from orders
    inner join sessions
        on orders.customer_id = sessions.customer_id
        and sessions.started_at <= orders.ordered_at
        and sessions.started_at > orders.ordered_at - interval 30 day

),

final as (

    select
        order_id,
        session_id,
        1.0 / count(*) over (partition by order_id) as order_share
    from touches

)

select * from final
