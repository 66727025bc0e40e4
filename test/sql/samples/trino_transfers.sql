with transfers as (
    select
        evt_block_time as block_time,
        "from" as sender,
        "to" as receiver,
        cast(value as double) / power(10, 18) as amount,
        contract_address
    from erc20_ethereum.evt_transfer
    where contract_address in (0xdac17f958d2ee523a2206206994597c13d831ec7, 0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48)
      and evt_block_time >= timestamp '2023-01-01 00:00:00 UTC'
      and value > uint256 '0'
),
hourly as (
    select
        date_trunc('hour', block_time) as hour,
        contract_address,
        approx_distinct(sender) as senders,
        sum(amount) as amount,
        map_agg(receiver, amount) as by_receiver
    from transfers
    group by 1, 2
)
select
    h.hour,
    h.contract_address,
    h.senders,
    h.amount,
    avg(h.amount) over (partition by h.contract_address order by h.hour rows between 23 preceding and current row) as moving_average,
    u.receiver
from hourly as h
cross join unnest(h.by_receiver) as u (receiver, received)
where u.received > 1e3
