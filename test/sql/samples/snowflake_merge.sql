merge into dim_customer as t
using (
    select customer_id, name, updated_at
    from stg_customer
    qualify row_number() over (partition by customer_id order by updated_at desc) = 1
) as s
on t.customer_id = s.customer_id
when matched and t.updated_at < s.updated_at then
    update set name = s.name, updated_at = s.updated_at
when not matched then
    insert (customer_id, name, updated_at) values (s.customer_id, s.name, s.updated_at)
;
