/** dbt's names of types, and casts. */
export const DBT_TYPES = `
{% macro default__type_string() %}{{ return(api.Column.translate_type('string')) }}{% endmacro %}
{% macro default__type_timestamp() %}{{ return(api.Column.translate_type('timestamp')) }}{% endmacro %}
{% macro default__type_float() %}{{ return(api.Column.translate_type('float')) }}{% endmacro %}
{% macro default__type_int() %}{{ return(api.Column.translate_type('integer')) }}{% endmacro %}
{% macro default__type_bigint() %}{{ return(api.Column.translate_type('bigint')) }}{% endmacro %}
{% macro default__type_boolean() %}{{ return(api.Column.translate_type('boolean')) }}{% endmacro %}
{% macro default__type_numeric() %}{{ return(api.Column.numeric_type('numeric', 28, 6)) }}{% endmacro %}
{% macro spark__type_numeric() %}{{ return('decimal(28, 6)') }}{% endmacro %}
{% macro trino__type_numeric() %}{{ return('DECIMAL(28,6)') }}{% endmacro %}
{% macro athena__type_numeric() %}{{ return('DECIMAL(28,6)') }}{% endmacro %}
{% macro clickhouse__type_numeric() %}{{ return('Decimal(28, 6)') }}{% endmacro %}

{% macro default__cast(field, type) %}cast({{ field }} as {{ type }}){% endmacro %}

{% macro default__safe_cast(field, type) %}cast({{ field }} as {{ type }}){% endmacro %}
{% macro bigquery__safe_cast(field, type) %}safe_cast({{ field }} as {{ type }}){% endmacro %}
{% macro trino__safe_cast(field, type) %}try_cast({{ field }} as {{ type }}){% endmacro %}
{% macro athena__safe_cast(field, type) %}try_cast({{ field }} as {{ type }}){% endmacro %}
{% macro fabric__safe_cast(field, type) %}try_cast({{ field }} as {{ type }}){% endmacro %}
{% macro spark__safe_cast(field, type) %}try_cast({{ field }} as {{ type }}){% endmacro %}
{% macro snowflake__safe_cast(field, type) %}
  {%- if type | upper == 'VARIANT' -%} cast({{ field }} as {{ type }})
  {%- elif type | upper == 'GEOMETRY' -%} try_to_geometry({{ field }})
  {%- elif type | upper == 'GEOGRAPHY' -%} try_to_geography({{ field }})
  {%- elif field is number -%} try_cast('{{ field }}' as {{ type }})
  {%- else -%} try_cast({{ field }} as {{ type }})
  {%- endif -%}
{% endmacro %}

{% macro default__cast_bool_to_text(field) %}cast({{ field }} as {{ api.Column.translate_type('string') }}){% endmacro %}
{% macro redshift__cast_bool_to_text(field) %}
  case when {{ field }} is true then 'true' when {{ field }} is false then 'false' end::text
{% endmacro %}
{% macro fabric__cast_bool_to_text(field) %}
  case {{ field }} when 1 then 'true' when 0 then 'false' else null end
{% endmacro %}
`;
