with steps as (
    select
        user_id,
        max(case when event = 'visit' then 1 else 0 end) as visited,
        max(case when event = 'signup' then 1 else 0 end) as signed_up,
        max(decode(event, 'purchase', 1, 0)) as purchased,
        listagg(distinct channel, ', ') within group (order by channel) as channels
    from events
    where event_at > dateadd(day, -30, getdate())
      and json_extract_path_text(properties, 'country') = 'DE'
    group by user_id
)
select
    count(*) as users,
    sum(visited) as visited,
    sum(signed_up) as signed_up,
    sum(purchased)::float / nullif(sum(visited), 0) as conversion
from steps
