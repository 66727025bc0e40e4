with raw as (
    select
        src:event_id::string as event_id,
        src:user.id::number as user_id,
        src:"user agent"::string as user_agent,
        src:items as items,
        to_timestamp_ntz(src:ts::number, 3) as event_at
    from raw_db.web.events
    where src:type::string in ('view', 'add_to_cart')
),
items as (
    select
        raw.event_id,
        raw.user_id,
        raw.event_at,
        f.index as item_position,
        f.value:sku::varchar(40) as sku,
        f.value:quantity::int as quantity
    from raw,
        lateral flatten(input => raw.items, outer => true) as f
)
select
    event_id,
    user_id,
    event_at,
    sku,
    quantity
from items
qualify row_number() over (partition by event_id, sku order by item_position) = 1
