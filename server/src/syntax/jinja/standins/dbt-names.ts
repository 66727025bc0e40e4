/** How dbt names what it builds, and small helpers of its own macros. */
export const DBT_NAMES = `
{% macro default__generate_alias_name(custom_alias_name=none, node=none) %}
  {%- if custom_alias_name -%} {{ custom_alias_name | trim }}
  {%- elif node.version -%} {{ return(node.name ~ '_v' ~ (node.version | string | replace('.', '_'))) }}
  {%- else -%} {{ node.name }}
  {%- endif -%}
{% endmacro %}
{% macro default__generate_schema_name(custom_schema_name=none, node=none) %}
  {%- if custom_schema_name is none -%} {{ target.schema }}
  {%- else -%} {{ target.schema }}_{{ custom_schema_name | trim }}
  {%- endif -%}
{% endmacro %}
{% macro generate_schema_name_for_env(custom_schema_name, node) %}
  {%- if target.name == 'prod' and custom_schema_name is not none -%} {{ custom_schema_name | trim }}
  {%- else -%} {{ target.schema }}
  {%- endif -%}
{% endmacro %}
{% macro default__generate_database_name(custom_database_name=none, node=none) %}
  {%- if custom_database_name is none -%} {{ target.database }} {%- else -%} {{ custom_database_name }} {%- endif -%}
{% endmacro %}
{% macro convert_datetime(date_str, date_fmt) %}
  {{- return(modules.datetime.datetime.strptime(date_str.strip(), date_fmt)) -}}
{% endmacro %}
{% macro dates_in_range(start_date_str, end_date_str=none, in_fmt='%Y%m%d', out_fmt='%Y%m%d') %}
  {%- set first = convert_datetime(start_date_str, in_fmt) -%}
  {%- set last = convert_datetime(start_date_str if end_date_str is none else end_date_str, in_fmt) -%}
  {%- set days = [] -%}
  {%- for i in range((last - first).days + 1) -%}
    {%- set day = first + modules.datetime.timedelta(days=i) -%}
    {%- do days.append(day.strftime(out_fmt) if out_fmt else day) -%}
  {%- endfor -%}
  {{ return(days) }}
{% endmacro %}
{% macro partition_range(raw_partition_date, date_fmt='%Y%m%d') %}
  {%- set bounds = (raw_partition_date | string).split(',') -%}
  {{ return(dates_in_range(bounds[0], bounds[1] if bounds | length > 1 else none, in_fmt=date_fmt)) }}
{% endmacro %}
{% macro py_current_timestring() %}{{ return(modules.datetime.datetime.now().strftime('%Y%m%d%H%M%S%f')) }}{% endmacro %}
{% macro get_list_of_column_names(columns) %}{{ return(columns | map(attribute='name') | list) }}{% endmacro %}
{% macro get_quoted_csv(column_names) %}
  {%- set quoted = [] -%}
  {%- for name in column_names -%}{%- do quoted.append(adapter.quote(name)) -%}{%- endfor -%}
  {{ return(quoted | join(', ')) }}
{% endmacro %}
{% macro make_temp_relation(base_relation, suffix='__dbt_tmp') %}
  {{- return(base_relation.incorporate(path={'identifier': base_relation.identifier ~ suffix})) -}}
{% endmacro %}
`;
