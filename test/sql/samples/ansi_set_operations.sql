select id, name from active_users
union all
select id, name from invited_users
except
select id, name from blocked_users
intersect
select id, name from known_users
order by id
