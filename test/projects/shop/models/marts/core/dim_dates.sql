with

{{ calendar_days(var('calendar_start_date'), var('calendar_end_date')) }},

final as (

    select
        {{ date_key('calendar_date') }} as date_key,
        calendar_date,
        extract(isodow from calendar_date) as day_of_week,
        extract(month from calendar_date) as month_number,
        extract(year from calendar_date) as year_number,
        cast(date_trunc('month', calendar_date) as date) as month_start_date,
        extract(isodow from calendar_date) >= 6 as is_weekend
    from days

)

select * from final
