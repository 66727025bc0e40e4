select *
from (
    select region, quarter, amount
    from sales at(offset => -60 * 5)
    sample (10)
) as s
pivot (sum(amount) for quarter in ('Q1', 'Q2', 'Q3', 'Q4')) as p (region, q1, q2, q3, q4)
order by region
