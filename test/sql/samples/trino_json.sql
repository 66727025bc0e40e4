select
    t.id,
    json_extract_scalar(t.payload, '$.owner.name') as owner_name,
    try(cast(json_extract(t.payload, '$.tags') as array(varchar))) as tags,
    filter(array[1, 2, 3], x -> x > 1) as large,
    reduce(array[1, 2, 3], 0, (s, x) -> s + x, s -> s) as total,
    cast(row(t.id, 'x') as row(id bigint, label varchar)) as pair,
    element_at(split(t.path, '/'), -1) as leaf,
    t.created_at at time zone 'Europe/Berlin' as created_local
from lake.raw.things as t
left join lake.raw.owners as o
    on o.id = t.owner_id
    and o.deleted_at is not distinct from null
where regexp_like(t.path, '^/a/.*')
limit 100
