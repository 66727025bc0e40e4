select
    t.symbol,
    t.traded_at,
    t.price - q.bid as spread
from trades as t
asof left join quotes as q
    on t.symbol = q.symbol and t.traded_at >= q.quoted_at
where t.traded_at between timestamp '2024-01-01' and timestamp '2024-02-01'
