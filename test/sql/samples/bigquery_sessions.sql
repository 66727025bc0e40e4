with events as (
  select
    event_timestamp,
    user_pseudo_id,
    (select value.int_value from unnest(event_params) where key = 'ga_session_id') as session_id,
    (select value.string_value from unnest(event_params) where key = 'page_location') as page_location,
  from `my-project.analytics_123.events_*`
  where _table_suffix between format_date('%Y%m%d', date_sub(current_date(), interval 3 day)) and '20991231'
),
sessions as (
  select
    user_pseudo_id,
    session_id,
    min(timestamp_micros(event_timestamp)) as started_at,
    array_agg(page_location ignore nulls order by event_timestamp limit 1)[safe_offset(0)] as landing_page,
    count(*) as events,
    countif(page_location like '%/checkout%') > 0 as reached_checkout
  from events
  group by 1, 2
)
select
  * except (landing_page),
  regexp_extract(landing_page, r'https?://[^/]+(/[^?#]*)') as landing_path,
  struct(started_at as at, events as n) as summary
from sessions
where session_id is not null
