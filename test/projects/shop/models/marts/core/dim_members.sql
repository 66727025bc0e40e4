-- Built from the whole change log, so that a change that arrives late still lands between its neighbours.
with

changes as (

    select * from {{ ref('stg_crm__membership_changes') }}

),

deduplicated as (

    select
        member_id,
        customer_id,
        tier_name,
        is_auto_renewing,
        changed_at
    from changes
    qualify row_number() over (
        partition by member_id, changed_at
        order by tier_name, is_auto_renewing, customer_id
    ) = 1

),

compared as (

    select
        *,
        row_number() over (partition by member_id order by changed_at) as version_number,
        lag(customer_id) over (partition by member_id order by changed_at) as previous_customer_id,
        lag(tier_name) over (partition by member_id order by changed_at) as previous_tier_name,
        lag(is_auto_renewing) over (partition by member_id order by changed_at) as was_auto_renewing
    from deduplicated

),

versions as (

    select
        member_id,
        customer_id,
        tier_name,
        is_auto_renewing,
        changed_at as valid_from,
        lead(changed_at) over (partition by member_id order by changed_at) as valid_to
    from compared
    where version_number = 1
        or customer_id is distinct from previous_customer_id
        or tier_name is distinct from previous_tier_name
        or is_auto_renewing is distinct from was_auto_renewing

),

final as (

    select
        {{ surrogate_key(['member_id', 'valid_from']) }} as member_key,
        member_id,
        {{ surrogate_key(['customer_id']) }} as customer_key,
        tier_name,
        is_auto_renewing,
        valid_from,
        valid_to,
        valid_to is null as is_current
    from versions

)

select * from final
