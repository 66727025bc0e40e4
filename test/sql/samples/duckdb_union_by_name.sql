select 'eu' as region, * exclude (internal_id) replace (upper(name) as name) from eu_customers
union all by name
select 'us' as region, * exclude (internal_id) from us_customers
