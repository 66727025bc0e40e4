from `shop.orders`
|> where status = 'complete'
|> aggregate sum(amount) as amount group by customer_id
|> order by amount desc
|> limit 10
