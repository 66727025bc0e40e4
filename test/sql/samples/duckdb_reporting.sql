with base as (
    from read_csv('orders.csv', header = true) as o
    select o.*, amount * 1.19 as gross
    where amount > 0
)
select
    customer,
    {'first': min(ordered_at), 'last': max(ordered_at)} as span,
    list(gross order by ordered_at) as amounts,
    [x * 2 for x in list(gross) if x > 10] as doubled,
    sum(gross) filter (where status = 'paid') as paid
from base
group by all
order by all
