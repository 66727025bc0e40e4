with history as (
    select
        customer_id,
        tier,
        updated_at as valid_from,
        lead(updated_at) over (partition by customer_id order by updated_at) as next_update,
        hash(tier, country) <> lag(hash(tier, country)) over (partition by customer_id order by updated_at) as is_change
    from customer_changes
)
select
    md5(customer_id || '|' || valid_from::string) as customer_key,
    customer_id,
    tier,
    valid_from,
    coalesce(next_update, '9999-12-31'::timestamp) as valid_to,
    next_update is null as is_current
from history
where is_change or is_change is null
