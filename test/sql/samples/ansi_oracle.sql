with latest as (
    select
        o.customer_id,
        max(o.status) keep (dense_rank last order by o.ordered_at, o.id) as last_status, // of the day
        max(o.amount) keep (dense_rank first order by o.ordered_at desc nulls last) over (partition by o.region) first_amount,
        count(*) as orders
    from shop.orders#lines o, shop.customers c
    where o.customer_id = c.id(+) and c.region(+) = 'north'
    group by o.customer_id, o.region
)

select {fn left(latest.region, 2)} as region, {d '2024-01-01'} as since,
    shop.order_numbers.nextval as order_number, order_numbers.currval as last_number, latest.*
from latest
