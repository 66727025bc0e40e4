/** dbt's date arithmetic and clocks, per warehouse. */
export const DBT_DATES = `
{% macro default__date_trunc(datepart, date) %}date_trunc('{{ datepart }}', {{ date }}){% endmacro %}
{% macro bigquery__date_trunc(datepart, date) %}timestamp_trunc(cast({{ date }} as timestamp), {{ datepart }}){% endmacro %}
{% macro fabric__date_trunc(datepart, date) %}
  cast(dateadd({{ datepart }}, datediff({{ datepart }}, 0, {{ date }}), 0) as date)
{% endmacro %}

{% macro default__date(year, month, day) %}
  to_date('{{ modules.datetime.date(year, month, day).strftime('%Y-%m-%d') }}', 'YYYY-MM-DD')
{% endmacro %}
{% macro bigquery__date(year, month, day) %}date({{ year }}, {{ month }}, {{ day }}){% endmacro %}
{% macro duckdb__date(year, month, day) %}make_date({{ year }}, {{ month }}, {{ day }}){% endmacro %}
{% macro trino__date(year, month, day) %}date('{{ modules.datetime.date(year, month, day).strftime('%Y-%m-%d') }}'){% endmacro %}
{% macro athena__date(year, month, day) %}date('{{ modules.datetime.date(year, month, day).strftime('%Y-%m-%d') }}'){% endmacro %}
{% macro spark__date(year, month, day) %}to_date('{{ modules.datetime.date(year, month, day).strftime('%Y-%m-%d') }}', 'yyyy-MM-dd'){% endmacro %}

{% macro default__dateadd(datepart, interval, from_date_or_timestamp) %}
  dateadd({{ datepart }}, {{ interval }}, {{ from_date_or_timestamp }})
{% endmacro %}
{% macro bigquery__dateadd(datepart, interval, from_date_or_timestamp) %}
  datetime_add(cast({{ from_date_or_timestamp }} as datetime), interval {{ interval }} {{ datepart }})
{% endmacro %}
{% macro postgres__dateadd(datepart, interval, from_date_or_timestamp) %}
  {{ from_date_or_timestamp }} + ((interval '1 {{ datepart }}') * ({{ interval }}))
{% endmacro %}
{% macro redshift__dateadd(datepart, interval, from_date_or_timestamp) %}
  dateadd({{ datepart }}, {{ interval }}, {{ from_date_or_timestamp }})
{% endmacro %}
{% macro duckdb__dateadd(datepart, interval, from_date_or_timestamp) %}
  {%- set units = {'quarter': ['* 3', 'month'], 'week': ['* 7', 'day']} -%}
  {%- set unit = datepart | lower -%}
  {%- if unit in units -%}
    ({{ from_date_or_timestamp }} + (cast({{ interval }} as bigint) {{ units[unit][0] }}) * interval 1 {{ units[unit][1] }})
  {%- else -%}
    ({{ from_date_or_timestamp }} + cast({{ interval }} as bigint) * interval 1 {{ unit }})
  {%- endif -%}
{% endmacro %}
{% macro trino__dateadd(datepart, interval, from_date_or_timestamp) %}
  date_add('{{ datepart }}', {{ interval }}, {{ from_date_or_timestamp }})
{% endmacro %}
{% macro athena__dateadd(datepart, interval, from_date_or_timestamp) %}
  date_add('{{ datepart }}', {{ interval }}, {{ from_date_or_timestamp }})
{% endmacro %}
{% macro fabric__dateadd(datepart, interval, from_date_or_timestamp) %}
  dateadd({{ datepart }}, {{ interval }}, cast({{ from_date_or_timestamp }} as datetime2(6)))
{% endmacro %}
{% macro clickhouse__dateadd(datepart, interval, from_date_or_timestamp) %}
  dateAdd({{ datepart }}, {{ interval }}, {{ from_date_or_timestamp }})
{% endmacro %}
{% macro databricks__dateadd(datepart, interval, from_date_or_timestamp) %}
  timestampadd({{ datepart }}, {{ interval }}, {{ from_date_or_timestamp }})
{% endmacro %}
{% macro spark__dateadd(datepart, interval, from_date_or_timestamp) %}
  {%- set clock -%}
    to_unix_timestamp(coalesce(to_timestamp({{ from_date_or_timestamp }}), to_timestamp(date({{ from_date_or_timestamp }}))))
      - to_unix_timestamp(date({{ from_date_or_timestamp }}))
  {%- endset -%}
  {%- set days = {'day': 1, 'week': 7} -%}
  {%- set months = {'month': 1, 'quarter': 3, 'year': 12} -%}
  {%- set seconds = {'hour': 3600, 'minute': 60, 'second': 1} -%}
  {%- if datepart in days -%}
    to_timestamp(to_unix_timestamp(date_add(date({{ from_date_or_timestamp }}), cast({{ interval }} * {{ days[datepart] }} as int))) + {{ clock }})
  {%- elif datepart in months -%}
    to_timestamp(to_unix_timestamp(add_months(date({{ from_date_or_timestamp }}), cast({{ interval }} * {{ months[datepart] }} as int))) + {{ clock }})
  {%- else -%}
    to_timestamp(to_unix_timestamp({{ from_date_or_timestamp }}) + cast({{ interval }} * {{ seconds.get(datepart, 1) }} as int))
  {%- endif -%}
{% endmacro %}

{% macro default__datediff(first_date, second_date, datepart) %}
  datediff({{ datepart }}, {{ first_date }}, {{ second_date }})
{% endmacro %}
{% macro bigquery__datediff(first_date, second_date, datepart) %}
  datetime_diff(cast({{ second_date }} as datetime), cast({{ first_date }} as datetime), {{ datepart }})
{% endmacro %}
{% macro redshift__datediff(first_date, second_date, datepart) %}
  datediff({{ datepart }}, {{ first_date }}, {{ second_date }})
{% endmacro %}
{% macro trino__datediff(first_date, second_date, datepart) %}
  date_diff('{{ datepart }}', {{ first_date }}, {{ second_date }})
{% endmacro %}
{% macro athena__datediff(first_date, second_date, datepart) %}
  date_diff('{{ datepart }}', {{ first_date }}, {{ second_date }})
{% endmacro %}
{% macro fabric__datediff(first_date, second_date, datepart) %}
  datediff({{ datepart }}, cast({{ first_date }} as datetime2(6)), cast({{ second_date }} as datetime2(6)))
{% endmacro %}
{% macro clickhouse__datediff(first_date, second_date, datepart) %}
  dateDiff('{{ datepart }}', {{ first_date }}, {{ second_date }})
{% endmacro %}
{% macro databricks__datediff(first_date, second_date, datepart) %}
  timestampdiff({{ datepart }}, {{ first_date }}, {{ second_date }})
{% endmacro %}
{% macro spark__datediff(first_date, second_date, datepart) %}
  {%- set seconds = {'hour': 3600, 'minute': 60, 'second': 1} -%}
  {%- set months = {'month': 1, 'quarter': 3, 'year': 12} -%}
  {%- if datepart == 'day' -%}
    datediff(date({{ second_date }}), date({{ first_date }}))
  {%- elif datepart == 'week' -%}
    floor(datediff(date({{ second_date }}), date({{ first_date }})) / 7)
  {%- elif datepart in months -%}
    floor(months_between(date({{ second_date }}), date({{ first_date }})) / {{ months[datepart] }})
  {%- else -%}
    floor((to_unix_timestamp({{ second_date }}) - to_unix_timestamp({{ first_date }})) / {{ seconds.get(datepart, 1) }})
  {%- endif -%}
{% endmacro %}
{% macro duckdb__datediff(first_date, second_date, datepart) %}
  {%- if datepart == 'week' -%}
    ({{ dbt.datediff(first_date, second_date, 'day') }} // 7 + case
      when date_part('dow', ({{ first_date }})::timestamp) <= date_part('dow', ({{ second_date }})::timestamp) then
        case when {{ first_date }} <= {{ second_date }} then 0 else -1 end
      else
        case when {{ first_date }} <= {{ second_date }} then 1 else 0 end
    end)
  {%- else -%}
    (date_diff('{{ datepart }}', {{ first_date }}::timestamp, {{ second_date }}::timestamp ))
  {%- endif -%}
{% endmacro %}
{% macro postgres__datediff(first_date, second_date, datepart) %}
  {%- set parts = {
    'quarter': ['year', '* 4', 'date'], 'month': ['year', '* 12', 'date'],
    'hour': ['day', '* 24', 'timestamp'], 'minute': ['hour', '* 60', 'timestamp'],
  } -%}
  {%- if datepart == 'year' -%}
    (date_part('year', ({{ second_date }})::date) - date_part('year', ({{ first_date }})::date))
  {%- elif datepart == 'day' -%}
    (({{ second_date }})::date - ({{ first_date }})::date)
  {%- elif datepart == 'week' -%}
    ({{ dbt.datediff(first_date, second_date, 'day') }} / 7 + case
      when date_part('dow', ({{ first_date }})::timestamp) <= date_part('dow', ({{ second_date }})::timestamp) then
        case when {{ first_date }} <= {{ second_date }} then 0 else -1 end
      else
        case when {{ first_date }} <= {{ second_date }} then 1 else 0 end
    end)
  {%- elif datepart in parts -%}
    {%- set larger, factor, type = parts[datepart] -%}
    ({{ dbt.datediff(first_date, second_date, larger) }} {{ factor }} + date_part('{{ datepart }}', ({{ second_date }})::{{ type }}) - date_part('{{ datepart }}', ({{ first_date }})::{{ type }}))
  {%- elif datepart == 'second' -%}
    ({{ dbt.datediff(first_date, second_date, 'minute') }} * 60 + floor(date_part('second', ({{ second_date }})::timestamp)) - floor(date_part('second', ({{ first_date }})::timestamp)))
  {%- elif datepart == 'millisecond' -%}
    ({{ dbt.datediff(first_date, second_date, 'minute') }} * 60000 + floor(date_part('millisecond', ({{ second_date }})::timestamp)) - floor(date_part('millisecond', ({{ first_date }})::timestamp)))
  {%- elif datepart == 'microsecond' -%}
    ({{ dbt.datediff(first_date, second_date, 'minute') }} * 60000000 + floor(date_part('microsecond', ({{ second_date }})::timestamp)) - floor(date_part('microsecond', ({{ first_date }})::timestamp)))
  {%- else -%}
    {{ exceptions.raise_compiler_error("postgres cannot count '" ~ datepart ~ "'") }}
  {%- endif -%}
{% endmacro %}

{% macro default_last_day(date, datepart) %}
  cast({{ dbt.dateadd('day', '-1', dbt.dateadd(datepart, '1', dbt.date_trunc(datepart, date))) }} as date)
{% endmacro %}
{% macro default__last_day(date, datepart) %}{{ dbt.default_last_day(date, datepart) }}{% endmacro %}
{% macro three_months_last_day(date, datepart) %}
  {%- if datepart == 'quarter' -%}
    cast({{ dbt.dateadd('day', '-1', dbt.dateadd('month', '3', dbt.date_trunc(datepart, date))) }} as date)
  {%- else -%}
    {{ dbt.default_last_day(date, datepart) }}
  {%- endif -%}
{% endmacro %}
{% macro postgres__last_day(date, datepart) %}{{ dbt.three_months_last_day(date, datepart) }}{% endmacro %}
{% macro redshift__last_day(date, datepart) %}{{ dbt.default_last_day(date, datepart) }}{% endmacro %}
{% macro duckdb__last_day(date, datepart) %}
  {%- if datepart == 'quarter' %}
    -- duckdb dateadd does not support quarter interval.
  {% endif -%}
  {{ dbt.three_months_last_day(date, datepart) }}
{% endmacro %}
{% macro snowflake__last_day(date, datepart) %}{{ dbt.default_last_day(date, datepart) }}{% endmacro %}

{% macro default__current_timestamp() %}current_timestamp{% endmacro %}
{% macro postgres__current_timestamp() %}now(){% endmacro %}
{% macro redshift__current_timestamp() %}getdate(){% endmacro %}
{% macro snowflake__current_timestamp() %}convert_timezone('UTC', current_timestamp()){% endmacro %}
{% macro bigquery__current_timestamp() %}current_timestamp(){% endmacro %}
{% macro spark__current_timestamp() %}current_timestamp(){% endmacro %}
{% macro duckdb__current_timestamp() %}now(){% endmacro %}
{% macro trino__current_timestamp() %}current_timestamp{% endmacro %}
{% macro athena__current_timestamp() %}cast(now() as timestamp){% endmacro %}
{% macro fabric__current_timestamp() %}SYSDATETIME(){% endmacro %}
{% macro clickhouse__current_timestamp() %}now(){% endmacro %}

{% macro default__snapshot_get_time() %}{{ dbt.current_timestamp() }}{% endmacro %}
{% macro snowflake__snapshot_get_time() %}to_timestamp_ntz({{ dbt.current_timestamp() }}){% endmacro %}
{% macro postgres__snapshot_get_time() %}{{ dbt.current_timestamp() }}::timestamp without time zone{% endmacro %}
{% macro redshift__snapshot_get_time() %}{{ dbt.current_timestamp() }}{% endmacro %}
{% macro duckdb__snapshot_get_time() %}{{ dbt.current_timestamp() }}::timestamp{% endmacro %}

{% macro default__current_timestamp_backcompat() %}current_timestamp::timestamp{% endmacro %}
{% macro snowflake__current_timestamp_backcompat() %}current_timestamp::timestamp_ntz{% endmacro %}
{% macro bigquery__current_timestamp_backcompat() %}current_timestamp{% endmacro %}
{% macro postgres__current_timestamp_backcompat() %}current_timestamp::timestamp without time zone{% endmacro %}
{% macro redshift__current_timestamp_backcompat() %}getdate(){% endmacro %}
{% macro default__current_timestamp_in_utc_backcompat() %}{{ dbt.current_timestamp_backcompat() }}{% endmacro %}
{% macro snowflake__current_timestamp_in_utc_backcompat() %}convert_timezone('UTC', {{ dbt.current_timestamp_backcompat() }})::timestamp_ntz{% endmacro %}
{% macro postgres__current_timestamp_in_utc_backcompat() %}(current_timestamp at time zone 'utc')::timestamp without time zone{% endmacro %}
{% macro redshift__current_timestamp_in_utc_backcompat() %}{{ dbt.current_timestamp_backcompat() }}{% endmacro %}

{% macro default__get_powers_of_two(upper_bound) %}
  {%- if _is_unknown(upper_bound) -%}{{ return(1) }}{%- endif -%}
  {%- if upper_bound <= 0 -%}{{ exceptions.raise_compiler_error('upper bound must be positive') }}{%- endif -%}
  {%- for power in range(1, 100) -%}
    {%- if upper_bound <= 2 ** power -%}{{ return(power) }}{%- endif -%}
  {%- endfor -%}
{% endmacro %}
{% macro default__generate_series(upper_bound) %}
  {%- set n = dbt.get_powers_of_two(upper_bound) %}
  with p as (
    select 0 as generated_number union all select 1
  ), unioned as (
    select
    {% for i in range(n) -%}
      p{{ i }}.generated_number * power(2, {{ i }}) {% if not loop.last %} + {% endif %}
    {%- endfor %}
    + 1
    as generated_number
    from
    {% for i in range(n) -%}
      p as p{{ i }} {% if not loop.last %} cross join {% endif %}
    {%- endfor %}
  )
  select *
  from unioned
  where generated_number <= {{ upper_bound }}
  order by generated_number
{% endmacro %}
{% macro duckdb__generate_series(upper_bound) %}
  select generate_series as generated_number from generate_series(1, {{ upper_bound }})
{% endmacro %}
{% macro default__get_intervals_between(start_date, end_date, datepart) %}
  {{- return(run_query('')) -}}
{% endmacro %}
{% macro default__date_spine(datepart, start_date, end_date) %}
  with rawdata as (
    {{ dbt.generate_series(dbt.get_intervals_between(start_date, end_date, datepart)) }}
  ),
  all_periods as (
    select (
      {{ dbt.dateadd(datepart, 'row_number() over (order by 1) - 1', start_date) }}
    ) as date_{{ datepart }}
    from rawdata
  ),
  filtered as (
    select *
    from all_periods
    where date_{{ datepart }} <= {{ end_date }}
  )
  select * from filtered
{% endmacro %}
`;
