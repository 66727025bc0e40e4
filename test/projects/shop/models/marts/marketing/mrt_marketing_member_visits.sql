with

sessions as (

    select * from {{ ref('fct_web_sessions') }}

),

members as (

    select * from {{ ref('dim_members') }}

),

final as (

    select
        sessions.session_id,
        sessions.started_at,
        members.tier_name
    from sessions
    left join members
        on sessions.customer_key = members.customer_key
        and sessions.started_at >= members.valid_from
        and sessions.started_at < members.valid_to

)

select * from final
