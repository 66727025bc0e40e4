select
    date_format(o.created_at, '%Y-%m') as month,
    o.`status`,
    count(distinct o.customer_id) as customers,
    group_concat(distinct c.country order by c.country separator ', ') as countries,
    sum(o.total) as total
from orders o
straight_join customers c on c.id = o.customer_id
where o.created_at >= date_sub(now(), interval 12 month)
  and c.email regexp '@example'
group by month, o.`status` with rollup
limit 10, 20
