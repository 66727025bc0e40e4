with recursive tree (id, parent_id, name, depth, path) as (
    select id, parent_id, name, 0, array[id]
    from categories
    where parent_id is null

    union all

    select c.id, c.parent_id, c.name, tree.depth + 1, tree.path || c.id
    from categories as c
    inner join tree on c.parent_id = tree.id
    where tree.depth < 10
)
select id, name, depth, path from tree order by path
