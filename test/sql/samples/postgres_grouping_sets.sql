select
    coalesce(region, 'all') as region,
    coalesce(product, 'all') as product,
    grouping(region, product) as level,
    sum(amount) as amount
from sales
where (region, product) not in (select region, product from excluded)
group by grouping sets ((region, product), (region), ())
having sum(amount) > 0
order by 1, 2
