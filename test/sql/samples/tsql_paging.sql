select
    Name = p.ProductName,
    Price = convert(decimal(10, 2), p.Price),
    string_agg(t.Tag, ', ') within group (order by t.Tag) as Tags
from Products p
inner join ProductTags t on t.ProductId = p.Id
group by p.ProductName, p.Price
order by p.ProductName
offset 20 rows fetch next 10 rows only
