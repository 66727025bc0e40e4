select
    pv.page,
    e.ad_id,
    count(*) as views
from pageviews pv
lateral view explode(pv.ad_list) e as ad_id
where pv.ds = '2024-01-01'
group by pv.page, e.ad_id
