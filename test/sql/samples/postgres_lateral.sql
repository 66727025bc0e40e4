select
    c.customer_id,
    c.name,
    o.order_id,
    o.total,
    row_number() over w as order_number
from customers as c
cross join lateral (
    select order_id, total, ordered_at
    from orders
    where orders.customer_id = c.customer_id
    order by ordered_at desc
    limit 3
) as o
where exists (select 1 from memberships m where m.customer_id = c.customer_id and m.is_active)
window w as (partition by c.customer_id order by o.ordered_at)
