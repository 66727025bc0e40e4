select
    toStartOfHour(event_time) as hour,
    uniqExact(user_id) as users,
    quantile(0.95)(duration_ms) as p95,
    cast(min(status), 'LowCardinality(Nullable(String))') as lowest,
    arrayMap(x -> x + 1, groupArray(status)) as statuses
from traffic.requests final
prewhere event_date >= today() - 7
where status >= 500
group by hour
order by hour
limit 24
