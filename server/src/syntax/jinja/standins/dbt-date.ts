/** The macros of dbt_date that models use most. */
export const DBT_DATE = `
{% macro default__convert_timezone(column, target_tz=none, source_tz=none) %}
  {%- set zone = target_tz if target_tz else var('dbt_date:time_zone', 'UTC') -%}
  {%- if source_tz -%} convert_timezone('{{ source_tz }}', '{{ zone }}', cast({{ column }} as {{ dbt.type_timestamp() }}))
  {%- else -%} convert_timezone('{{ zone }}', cast({{ column }} as {{ dbt.type_timestamp() }}))
  {%- endif -%}
{% endmacro %}
{% macro bigquery__convert_timezone(column, target_tz=none, source_tz=none) %}
  timestamp(datetime({{ column }}, '{{ target_tz if target_tz else var('dbt_date:time_zone', 'UTC') }}'))
{% endmacro %}
{% macro postgres__convert_timezone(column, target_tz=none, source_tz=none) %}
  cast(cast({{ column }} as {{ dbt.type_timestamp() }}) at time zone '{{ source_tz if source_tz else 'UTC' }}' at time zone '{{ target_tz if target_tz else var('dbt_date:time_zone', 'UTC') }}' as {{ dbt.type_timestamp() }})
{% endmacro %}
{% macro duckdb__convert_timezone(column, target_tz=none, source_tz=none) %}
  {{ dbt_date.postgres__convert_timezone(column, target_tz, source_tz) }}
{% endmacro %}
{% macro spark__convert_timezone(column, target_tz=none, source_tz=none) %}
  from_utc_timestamp(to_utc_timestamp({{ column }}, '{{ source_tz if source_tz else 'UTC' }}'), '{{ target_tz if target_tz else var('dbt_date:time_zone', 'UTC') }}')
{% endmacro %}
{% macro default__now(tz=none) %}{{ dbt_date.convert_timezone(dbt.current_timestamp(), tz) }}{% endmacro %}
{% macro default__today(tz=none) %}cast({{ dbt_date.now(tz) }} as date){% endmacro %}
{% macro default__yesterday(date=none, tz=none) %}{{ dbt_date.n_days_ago(1, date, tz) }}{% endmacro %}
{% macro default__tomorrow(date=none, tz=none) %}{{ dbt_date.n_days_away(1, date, tz) }}{% endmacro %}
{% macro default__n_days_ago(n, date=none, tz=none) %}
  {{- dbt.dateadd('day', -1 * (n | int), date if date else dbt_date.today(tz)) -}}
{% endmacro %}
{% macro default__n_days_away(n, date=none, tz=none) %}{{ dbt_date.n_days_ago(-1 * (n | int), date, tz) }}{% endmacro %}
{% macro default__n_weeks_ago(n, tz=none) %}{{ dbt.dateadd('week', -1 * (n | int), dbt.date_trunc('week', dbt_date.today(tz))) }}{% endmacro %}
{% macro default__n_weeks_away(n, tz=none) %}{{ dbt.dateadd('week', n | int, dbt.date_trunc('week', dbt_date.today(tz))) }}{% endmacro %}
{% macro default__n_months_ago(n, tz=none) %}{{ dbt.dateadd('month', -1 * (n | int), dbt.date_trunc('month', dbt_date.today(tz))) }}{% endmacro %}
{% macro default__n_months_away(n, tz=none) %}{{ dbt.dateadd('month', n | int, dbt.date_trunc('month', dbt_date.today(tz))) }}{% endmacro %}
{% macro default__last_week(tz=none) %}{{ dbt_date.n_weeks_ago(1, tz) }}{% endmacro %}
{% macro default__next_week(tz=none) %}{{ dbt_date.n_weeks_away(1, tz) }}{% endmacro %}
{% macro default__last_month(tz=none) %}{{ dbt_date.n_months_ago(1, tz) }}{% endmacro %}
{% macro default__next_month(tz=none) %}{{ dbt_date.n_months_away(1, tz) }}{% endmacro %}
{% macro default__date_part(datepart, date) %}date_part('{{ datepart }}', {{ date }}){% endmacro %}
{% macro bigquery__date_part(datepart, date) %}extract({{ datepart }} from {{ date }}){% endmacro %}
{% macro trino__date_part(datepart, date) %}extract({{ datepart }} from {{ date }}){% endmacro %}
{% macro default__day_of_month(date) %}{{ dbt_date.date_part('day', date) }}{% endmacro %}
{% macro default__day_of_year(date) %}{{ dbt_date.date_part('doy' if target.type in ['postgres', 'duckdb', 'redshift'] else 'dayofyear', date) }}{% endmacro %}
{% macro default__to_unixtimestamp(timestamp) %}{{ dbt_date.date_part('epoch', timestamp) }}{% endmacro %}
{% macro snowflake__to_unixtimestamp(timestamp) %}{{ dbt_date.date_part('epoch_seconds', timestamp) }}{% endmacro %}
{% macro bigquery__to_unixtimestamp(timestamp) %}unix_seconds({{ timestamp }}){% endmacro %}
{% macro default__from_unixtimestamp(epochs, format='seconds') %}to_timestamp({{ epochs }}){% endmacro %}
{% macro default__round_timestamp(timestamp) %}{{ dbt.date_trunc('day', dbt.dateadd('hour', 12, timestamp)) }}{% endmacro %}
{% macro default__week_start(date) %}{{ dbt.date_trunc('week', date) }}{% endmacro %}
{% macro default__week_end(date) %}{{ dbt.last_day(date, 'week') }}{% endmacro %}
{% macro default__month_name(date, short=True, language='default') %}to_char({{ date }}, '{{ 'Mon' if short else 'Month' }}'){% endmacro %}
{% macro default__day_name(date, short=True, language='default') %}to_char({{ date }}, '{{ 'Dy' if short else 'Day' }}'){% endmacro %}
{% macro get_date_dimension(start_date, end_date) %}{{ return(run_query('')) }}{% endmacro %}
{% macro get_base_dates(start_date=none, end_date=none, n_dateparts=none, datepart='day') %}{{ return(run_query('')) }}{% endmacro %}
{% macro get_fiscal_periods(dates, year_end_month, week_start_day, shift_year=1) %}{{ return(run_query('')) }}{% endmacro %}
`;
