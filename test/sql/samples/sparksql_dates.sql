select
    explode(sequence(to_date('2020-01-01'), current_date(), interval 1 day)) as date_day,
    date_format(date_day, "yyyy-MM") as year_month,
    dayofweek(date_day) in (1, 7) as is_weekend
from values (1) as t (x)
