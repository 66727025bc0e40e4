create table if not exists shop.orders (
    order_id bigint not null primary key,
    customer_id bigint not null references shop.customers (customer_id),
    status varchar(20) not null default 'new',
    total numeric(12, 2),
    created_at timestamp with time zone not null default now(),
    constraint positive_total check (total >= 0),
    unique (customer_id, created_at)
);

create or replace view shop.open_orders as
select order_id, customer_id from shop.orders where status <> 'closed';

insert into shop.orders (order_id, customer_id) select id, customer from staging on conflict (order_id) do nothing;

update shop.orders set status = 'late', total = total * 1.1 where created_at < now() - interval '30 days';

delete from shop.orders using blocked where blocked.customer_id = orders.customer_id;
