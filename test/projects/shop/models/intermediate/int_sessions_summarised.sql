with

sessions as (

    select * from {{ ref('stg_web__sessions') }}

),

views_per_session as (

    select
        session_id,
        count(*) as page_view_count,
        max(viewed_at) as last_viewed_at
    from {{ ref('stg_web__page_views') }}
    group by session_id

),

summarised as (

    select
        sessions.session_id,
        sessions.visitor_id,
        sessions.customer_id,
        sessions.order_id,
        sessions.landing_path,
        sessions.marketing_channel,
        sessions.started_at,
        views_per_session.last_viewed_at,
        coalesce(views_per_session.page_view_count, 0) as page_view_count
    from sessions
    left join views_per_session on sessions.session_id = views_per_session.session_id

)

select * from summarised
