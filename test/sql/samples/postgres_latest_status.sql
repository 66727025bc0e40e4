with ranked as (
    select distinct on (t.ticket_id)
        t.ticket_id,
        t.payload ->> 'status' as status,
        t.payload #>> '{requester,email}' as requester_email,
        t.created_at at time zone 'utc' as created_at_utc
    from tickets t
    where t.created_at >= now() - interval '90 days'
      and t.tags && array['vip', 'enterprise']
    order by t.ticket_id, t.created_at desc nulls last
),
days as (
    select generate_series('2024-01-01'::date, current_date, interval '1 day')::date as day
)
select
    d.day,
    count(r.ticket_id) filter (where r.status = 'open') as open_tickets,
    percentile_cont(0.5) within group (order by extract(epoch from now() - r.created_at_utc)) as median_age_seconds
from days d
left join ranked r on r.created_at_utc::date = d.day
group by d.day
order by d.day
