/** The macros of fivetran_utils that Fivetran's packages build their staging models with. */
export const FIVETRAN_UTILS = `
{% macro fill_staging_columns(source_columns, staging_columns) %}
  {%- set known = none if _is_unknown(source_columns) else source_columns | map(attribute='name') | map('lower') | list -%}
  {%- for column in staging_columns %}
    {%- set alias = column.alias if 'alias' in column else column.name -%}
    {%- if known is none or column.name | lower in known %}
      {{ column.name if column.quote is not defined or not column.quote else adapter.quote(column.name) }} as {{ alias }}
    {%- else %}
      cast(null as {{ column.datatype }}) as {{ alias }}
    {%- endif %}
    {%- if not loop.last %},{% endif %}
  {%- endfor %}
{% endmacro %}
{% macro source_relation(union_schema_variable, union_database_variable) %}
  {%- if var(union_schema_variable, none) or var(union_database_variable, none) %}
    , {{ run_query('') }} as source_relation
  {%- else %}
    , cast('' as {{ dbt.type_string() }}) as source_relation
  {%- endif %}
{% endmacro %}
{% macro string_agg(field_to_agg, delimiter) %}{{ dbt.listagg(field_to_agg, delimiter) }}{% endmacro %}
{% macro default__max_bool(boolean_field) %}bool_or( {{ boolean_field }} ){% endmacro %}
{% macro snowflake__max_bool(boolean_field) %}max( {{ boolean_field }} ){% endmacro %}
{% macro bigquery__max_bool(boolean_field) %}max( {{ boolean_field }} ){% endmacro %}
{% macro default__timestamp_add(datepart, interval, from_timestamp) %}
  {{ dbt.dateadd(datepart, interval, from_timestamp) }}
{% endmacro %}
{% macro bigquery__timestamp_add(datepart, interval, from_timestamp) %}
  timestamp_add({{ from_timestamp }}, interval {{ interval }} {{ datepart }})
{% endmacro %}
{% macro fill_pass_through_columns(pass_through_variable) %}
  {%- for field in var(pass_through_variable, none) or [] %}
    , {% if field is mapping %}{{ field.transform_sql ~ ' as ' ~ (field.alias or field.name) if field.transform_sql else field.alias or field.name }}{% else %}{{ field }}{% endif %}
  {%- endfor %}
{% endmacro %}
{% macro persist_pass_through_columns(pass_through_variable, identifier=none, transform='', append_string='') %}
  {%- for field in var(pass_through_variable, none) or [] %}
    , {{ transform ~ '(' ~ (identifier ~ '.' if identifier else '') ~ (field.alias or field.name) ~ ')' if transform else (identifier ~ '.' if identifier else '') ~ (field.alias or field.name) }}{{ append_string }} {{ 'as ' ~ (field.alias or field.name) if transform or identifier }}
  {%- endfor %}
{% endmacro %}
{% macro add_pass_through_columns(base_columns, pass_through_var) %}
  {%- for column in pass_through_var or [] -%}
    {%- if column is mapping -%}
      {%- do base_columns.append({'name': column.name, 'alias': column.alias or column.name, 'datatype': column.datatype or dbt.type_string()}) -%}
    {%- else -%}
      {%- do base_columns.append({'name': column, 'datatype': dbt.type_string()}) -%}
    {%- endif -%}
  {%- endfor -%}
{% endmacro %}
{% macro enabled_vars(vars) %}
  {%- for name in vars -%}{%- if not var(name, true) -%}{{ return(false) }}{%- endif -%}{%- endfor -%}
  {{ return(true) }}
{% endmacro %}
{% macro enabled_vars_one_true(vars) %}
  {%- for name in vars -%}{%- if var(name, false) -%}{{ return(true) }}{%- endif -%}{%- endfor -%}
  {{ return(false) }}
{% endmacro %}
{% macro empty_variable_warning(variable, downstream_model) %}{{ return('') }}{% endmacro %}
{% macro dummy_coalesce_value(column) %}{{ return(run_query('')) }}{% endmacro %}
{% macro json_extract(string, string_path) %}{{ return(run_query('')) }}{% endmacro %}
{% macro json_parse(string, string_path) %}{{ return(run_query('')) }}{% endmacro %}
{% macro union_data(table_identifier, database_variable, schema_variable, default_database, default_schema, default_variable, union_schema_variable='union_schemas', union_database_variable='union_databases') %}
  {%- if var(union_schema_variable, none) or var(union_database_variable, none) -%}
    {{ run_query('') }}
  {%- else -%}
    select * from {{ var(default_variable) }}
  {%- endif -%}
{% endmacro %}
`;
