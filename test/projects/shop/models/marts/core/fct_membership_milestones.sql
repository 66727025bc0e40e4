-- Accumulating snapshot: a row is rewritten as its member climbs.
with

versions as (

    select * from {{ ref('dim_members') }}

),

final as (

    select
        member_id,
        cast(min(valid_from) as date) as joined_date,
        min(valid_from) as joined_at,
        min(case when tier_name = 'silver' then valid_from end) as silver_reached_at,
        min(case when tier_name = 'gold' then valid_from end) as gold_reached_at,
        count(*) as version_count,
        date_diff(
            'day',
            min(valid_from),
            min(case when tier_name = 'gold' then valid_from end)
        ) as days_to_gold
    from versions
    group by member_id

)

select * from final
