with

sessions as (

    select * from {{ ref('int_sessions_summarised') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

final as (

    select
        sessions.session_id,
        sessions.visitor_id,
        -- NULL for guests.
        customers.customer_key,
        sessions.customer_id,
        sessions.order_id,
        {{ date_key('sessions.started_at') }} as session_date_key,
        sessions.marketing_channel,
        sessions.landing_path,
        sessions.started_at,
        sessions.page_view_count,
        coalesce(date_diff('second', sessions.started_at, sessions.last_viewed_at), 0) as duration_seconds
    from sessions
    left join customers on sessions.customer_id = customers.customer_id

)

select * from final
