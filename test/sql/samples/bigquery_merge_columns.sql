select
  o.order_id,
  item.sku,
  item.quantity,
  position,
  date_trunc(o.ordered_at, month) as order_month,
  safe_cast(o.total as numeric) as total,
  safe_divide(item.price * item.quantity, o.total) as share
from `shop.orders` as o
cross join unnest(o.items) as item with offset as position
where date(o.ordered_at) >= date '2024-01-01'
qualify rank() over (partition by o.order_id order by item.price desc) <= 3
