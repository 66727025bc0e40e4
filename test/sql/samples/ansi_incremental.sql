select
    event_id,
    event_at,
    current_timestamp as loaded_at
from events
where event_at > (select coalesce(max(event_at), date '1900-01-01') from target)
  and event_id not in (select event_id from deleted where deleted.event_id is not null)
