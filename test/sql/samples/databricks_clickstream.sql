with parsed as (
    select
        event_id,
        raw:user.id::bigint as user_id,
        from_json(raw:items, 'array<struct<sku:string,qty:int>>') as items,
        try_cast(amount as decimal(18, 2)) as amount,
        `event date`
    from bronze.clickstream version as of 12
),
exploded as (
    select event_id, user_id, item.sku, item.qty
    from parsed
    lateral view outer explode(items) i as item
)
select
    user_id,
    collect_set(sku) as skus,
    transform(collect_list(qty), q -> q * 2) as doubled,
    aggregate(collect_list(qty), 0, (acc, q) -> acc + q) as quantity
from exploded
group by all
