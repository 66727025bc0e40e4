-- Type 3: what a member is, what they were before, and since when. The whole history is in dim_members.
with

versions as (

    select
        member_id,
        tier_name,
        valid_from,
        lag(tier_name) over (partition by member_id order by valid_from) as previous_tier_name,
        row_number() over (partition by member_id order by valid_from) as version_number
    from {{ ref('dim_members') }}

),

-- A version may begin with another change than that of the tier.
tier_changes as (

    select
        member_id,
        tier_name,
        previous_tier_name,
        valid_from as tier_changed_at
    from versions
    where version_number = 1
        or tier_name is distinct from previous_tier_name

),

final as (

    select
        {{ surrogate_key(['member_id']) }} as member_tier_key,
        member_id,
        tier_name,
        previous_tier_name,
        tier_changed_at
    from tier_changes
    qualify row_number() over (partition by member_id order by tier_changed_at desc) = 1

)

select * from final
