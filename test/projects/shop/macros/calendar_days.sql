{# Emits the CTE `days`: one row per calendar_date, both ends included. #}
{% macro calendar_days(first_date, last_date) -%}
days as (

    select cast(series.day_start as date) as calendar_date
    from generate_series(
        timestamp '{{ first_date }}',
        timestamp '{{ last_date }}',
        interval 1 day
    ) as series (day_start)

)
{%- endmacro %}
