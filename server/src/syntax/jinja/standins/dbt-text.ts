/** dbt's functions on text, arrays and groups, and the set operators, per warehouse. */
export const DBT_TEXT = String.raw`
{% macro default__concat(fields) %}{{ fields | join(' || ') }}{% endmacro %}
{% macro bigquery__concat(fields) %}concat({{ fields | join(', ') }}){% endmacro %}
{% macro spark__concat(fields) %}concat({{ fields | join(', ') }}){% endmacro %}
{% macro trino__concat(fields) %}concat({{ fields | join(', ') }}){% endmacro %}
{% macro fabric__concat(fields) %}concat({{ fields | join(', ') }}){% endmacro %}

{% macro default__hash(field) %}md5(cast({{ field }} as {{ api.Column.translate_type('string') }})){% endmacro %}
{% macro bigquery__hash(field) %}to_hex(md5(cast({{ field }} as {{ api.Column.translate_type('string') }}))){% endmacro %}
{% macro trino__hash(field) %}lower(to_hex(md5(to_utf8(cast({{ field }} as varchar))))){% endmacro %}
{% macro athena__hash(field) %}lower(to_hex(md5(to_utf8(cast({{ field }} as varchar))))){% endmacro %}
{% macro fabric__hash(field) %}lower(convert(varchar(50), hashbytes('md5', coalesce(convert(varchar(8000), {{ field }}), '')), 2)){% endmacro %}
{% macro clickhouse__hash(field) %}lower(hex(MD5(toString({{ field }})))){% endmacro %}

{% macro default__length(expression) %}length({{ expression }}){% endmacro %}
{% macro fabric__length(expression) %}len({{ expression }}){% endmacro %}

{% macro default__position(substring_text, string_text) %}position({{ substring_text }} in {{ string_text }}){% endmacro %}
{% macro bigquery__position(substring_text, string_text) %}strpos({{ string_text }}, {{ substring_text }}){% endmacro %}
{% macro fabric__position(substring_text, string_text) %}charindex({{ substring_text }}, {{ string_text }}){% endmacro %}

{% macro default__replace(field, old_chars, new_chars) %}replace({{ field }}, {{ old_chars }}, {{ new_chars }}){% endmacro %}

{% macro default__right(string_text, length_expression) %}right({{ string_text }}, {{ length_expression }}){% endmacro %}
{% macro guarded_right(string_text, length_expression) %}
  case when {{ length_expression }} = 0 then '' else right({{ string_text }}, {{ length_expression }}) end
{% endmacro %}
{% macro snowflake__right(string_text, length_expression) %}{{ dbt.guarded_right(string_text, length_expression) }}{% endmacro %}
{% macro redshift__right(string_text, length_expression) %}{{ dbt.guarded_right(string_text, length_expression) }}{% endmacro %}
{% macro bigquery__right(string_text, length_expression) %}
  case when {{ length_expression }} = 0 then '' else substr({{ string_text }}, -1 * ({{ length_expression }})) end
{% endmacro %}
{% macro trino__right(string_text, length_expression) %}
  case when {{ length_expression }} = 0 then '' else substr({{ string_text }}, -1 * ({{ length_expression }})) end
{% endmacro %}
{% macro athena__right(string_text, length_expression) %}
  case when {{ length_expression }} = 0 then '' else substr({{ string_text }}, -1 * ({{ length_expression }})) end
{% endmacro %}

{% macro default__split_part(string_text, delimiter_text, part_number) %}
  split_part({{ string_text }}, {{ delimiter_text }}, {{ part_number }})
{% endmacro %}
{% macro _split_part_negative(string_text, delimiter_text, part_number) %}
  split_part({{ string_text }}, {{ delimiter_text }},
    length({{ string_text }}) - length(replace({{ string_text }}, {{ delimiter_text }}, '')) + 2 + {{ part_number }})
{% endmacro %}
{% macro postgres__split_part(string_text, delimiter_text, part_number) %}
  {%- if part_number is number and part_number < 0 -%}
    {{ dbt._split_part_negative(string_text, delimiter_text, part_number) }}
  {%- else -%}
    split_part({{ string_text }}, {{ delimiter_text }}, {{ part_number }})
  {%- endif -%}
{% endmacro %}
{% macro bigquery__split_part(string_text, delimiter_text, part_number) %}
  {%- if part_number is number and part_number < 0 -%}
    split({{ string_text }}, {{ delimiter_text }})[safe_offset(
      length({{ string_text }}) - length(replace({{ string_text }}, {{ delimiter_text }}, '')) + 1 + {{ part_number }}
    )]
  {%- elif part_number is number -%}
    split({{ string_text }}, {{ delimiter_text }})[safe_offset({{ part_number - 1 }})]
  {%- else -%}
    split({{ string_text }}, {{ delimiter_text }})[safe_offset({{ part_number }} - 1)]
  {%- endif -%}
{% endmacro %}
{% macro duckdb__split_part(string_text, delimiter_text, part_number) %}
  string_split({{ string_text }}, {{ delimiter_text }})[ {{ part_number }} ]
{% endmacro %}
{% macro spark__split_part(string_text, delimiter_text, part_number) %}
  {%- set pattern -%}
    case when regexp_extract({{ delimiter_text }}, '([^A-Za-z0-9])(.*)', 1) != '' then concat('\\', {{ delimiter_text }}) else {{ delimiter_text }} end
  {%- endset -%}
  {%- if part_number is number and part_number > 0 -%}
    split({{ string_text }}, {{ pattern }})[({{ part_number - 1 }})]
  {%- elif part_number is number -%}
    split({{ string_text }}, {{ pattern }})[(length({{ string_text }}) - length(replace({{ string_text }}, {{ delimiter_text }}, '')) + 1 + {{ part_number }})]
  {%- else -%}
    split({{ string_text }}, {{ pattern }})[({{ part_number }} - 1)]
  {%- endif -%}
{% endmacro %}

{% macro default__escape_single_quotes(expression) %}{{ expression | replace("'", "''") }}{% endmacro %}
{% macro bigquery__escape_single_quotes(expression) %}{{ expression | replace("'", "\\'") }}{% endmacro %}
{% macro snowflake__escape_single_quotes(expression) %}{{ expression | replace("'", "\\'") }}{% endmacro %}
{% macro spark__escape_single_quotes(expression) %}{{ expression | replace("'", "\\'") }}{% endmacro %}

{% macro default__string_literal(value) %}'{{ value }}'{% endmacro %}

{% macro default__equals(expr1, expr2) %}({{ expr1 }} = {{ expr2 }}){% endmacro %}

{% macro default__except() %}except{% endmacro %}
{% macro bigquery__except() %}except distinct{% endmacro %}
{% macro default__intersect() %}intersect{% endmacro %}
{% macro bigquery__intersect() %}intersect distinct{% endmacro %}

{% macro default__any_value(expression) %}any_value({{ expression }}){% endmacro %}
{% macro postgres__any_value(expression) %}min({{ expression }}){% endmacro %}
{% macro redshift__any_value(expression) %}any_value({{ expression }}){% endmacro %}
{% macro duckdb__any_value(expression) %}arbitrary({{ expression }}){% endmacro %}
{% macro trino__any_value(expression) %}min({{ expression }}){% endmacro %}
{% macro athena__any_value(expression) %}arbitrary({{ expression }}){% endmacro %}
{% macro fabric__any_value(expression) %}min({{ expression }}){% endmacro %}

{% macro default__bool_or(expression) %}bool_or({{ expression }}){% endmacro %}
{% macro snowflake__bool_or(expression) %}boolor_agg({{ expression }}){% endmacro %}
{% macro bigquery__bool_or(expression) %}logical_or({{ expression }}){% endmacro %}

{% macro default__array_append(array, new_element) %}array_append({{ array }}, {{ new_element }}){% endmacro %}
{% macro bigquery__array_append(array, new_element) %}{{ dbt.array_concat(array, dbt.array_construct([new_element])) }}{% endmacro %}
{% macro redshift__array_append(array, new_element) %}{{ dbt.array_concat(array, dbt.array_construct([new_element])) }}{% endmacro %}
{% macro trino__array_append(array, new_element) %}{{ dbt.array_concat(array, dbt.array_construct([new_element])) }}{% endmacro %}
{% macro spark__array_append(array, new_element) %}{{ dbt.array_concat(array, dbt.array_construct([new_element])) }}{% endmacro %}

{% macro default__array_concat(array_1, array_2) %}array_cat({{ array_1 }}, {{ array_2 }}){% endmacro %}
{% macro bigquery__array_concat(array_1, array_2) %}array_concat({{ array_1 }}, {{ array_2 }}){% endmacro %}
{% macro redshift__array_concat(array_1, array_2) %}array_concat({{ array_1 }}, {{ array_2 }}){% endmacro %}
{% macro spark__array_concat(array_1, array_2) %}concat({{ array_1 }}, {{ array_2 }}){% endmacro %}
{% macro trino__array_concat(array_1, array_2) %}concat({{ array_1 }}, {{ array_2 }}){% endmacro %}

{% macro default__array_construct(inputs=[], data_type='integer') %}
  {%- if inputs | length > 0 -%} array[ {{ inputs | join(' , ') }} ] {%- else -%} array[]::{{ data_type }}[] {%- endif -%}
{% endmacro %}
{% macro snowflake__array_construct(inputs=[], data_type='integer') %}array_construct( {{ inputs | join(' , ') }} ){% endmacro %}
{% macro bigquery__array_construct(inputs=[], data_type='integer') %}
  {%- if inputs | length > 0 -%} [ {{ inputs | join(' , ') }} ] {%- else -%} array<{{ data_type }}>[] {%- endif -%}
{% endmacro %}
{% macro redshift__array_construct(inputs=[], data_type='integer') %}array( {{ inputs | join(' , ') }} ){% endmacro %}
{% macro spark__array_construct(inputs=[], data_type='integer') %}array( {{ inputs | join(' , ') }} ){% endmacro %}
{% macro trino__array_construct(inputs=[], data_type='integer') %}ARRAY[ {{ inputs | join(' , ') }} ]{% endmacro %}

{% macro default__listagg(measure, delimiter_text="','", order_by_clause=none, limit_num=none) %}
  {%- if limit_num -%}
    array_to_string(array_slice(array_agg({{ measure }}) {%- if order_by_clause %} within group ({{ order_by_clause }}) {%- endif %}, 0, {{ limit_num }}), {{ delimiter_text }})
  {%- else -%}
    listagg({{ measure }}, {{ delimiter_text }}) {% if order_by_clause -%} within group ({{ order_by_clause }}) {%- endif %}
  {%- endif -%}
{% endmacro %}
{% macro bigquery__listagg(measure, delimiter_text="','", order_by_clause=none, limit_num=none) %}
  string_agg({{ measure }}, {{ delimiter_text }} {% if order_by_clause %}{{ order_by_clause }}{% endif %} {% if limit_num %}limit {{ limit_num }}{% endif %})
{% endmacro %}
{% macro postgres__listagg(measure, delimiter_text="','", order_by_clause=none, limit_num=none) %}
  {%- if limit_num -%}
    array_to_string((array_agg({{ measure }} {% if order_by_clause %}{{ order_by_clause }}{% endif %}))[1:{{ limit_num }}], {{ delimiter_text }})
  {%- else -%}
    string_agg({{ measure }}, {{ delimiter_text }} {% if order_by_clause %}{{ order_by_clause }}{% endif %})
  {%- endif -%}
{% endmacro %}
{% macro redshift__listagg(measure, delimiter_text="','", order_by_clause=none, limit_num=none) %}
  {%- if limit_num -%}
    regexp_substr(listagg({{ measure }}, {{ delimiter_text }}) {%- if order_by_clause %} within group ({{ order_by_clause }}) {%- endif %}, '([^' || {{ delimiter_text }} || ']+' || {{ delimiter_text }} || '){1,{{ limit_num - 1 }}}[^' || {{ delimiter_text }} || ']+')
  {%- else -%}
    listagg({{ measure }}, {{ delimiter_text }}) {% if order_by_clause -%} within group ({{ order_by_clause }}) {%- endif %}
  {%- endif -%}
{% endmacro %}
{% macro duckdb__listagg(measure, delimiter_text="','", order_by_clause=none, limit_num=none) %}
  {%- if limit_num -%}
    list_aggr((array_agg({{ measure }} {% if order_by_clause %}{{ order_by_clause }}{% endif %}))[1:{{ limit_num }}], 'string_agg', {{ delimiter_text }})
  {%- else -%}
    string_agg({{ measure }}, {{ delimiter_text }} {% if order_by_clause %}{{ order_by_clause }}{% endif %})
  {%- endif -%}
{% endmacro %}
{% macro spark__listagg(measure, delimiter_text="','", order_by_clause=none, limit_num=none) %}
  {%- if limit_num -%}
    array_join(slice(collect_list({{ measure }}), 1, {{ limit_num }}), {{ delimiter_text }})
  {%- else -%}
    array_join(collect_list({{ measure }}), {{ delimiter_text }})
  {%- endif -%}
{% endmacro %}
{% macro trino__listagg(measure, delimiter_text="','", order_by_clause=none, limit_num=none) %}
  {%- set collected -%} array_agg({{ measure }} {% if order_by_clause %}{{ order_by_clause }}{% endif %}) {%- endset -%}
  array_join({% if limit_num %}slice({{ collected }}, 1, {{ limit_num }}){% else %}{{ collected }}{% endif %}, {{ delimiter_text }})
{% endmacro %}
{% macro athena__listagg(measure, delimiter_text="','", order_by_clause=none, limit_num=none) %}
  {%- set collected -%} array_agg({{ measure }} {% if order_by_clause %}{{ order_by_clause }}{% endif %}) {%- endset -%}
  array_join({% if limit_num %}slice({{ collected }}, 1, {{ limit_num }}){% else %}{{ collected }}{% endif %}, {{ delimiter_text }})
{% endmacro %}
{% macro fabric__listagg(measure, delimiter_text="','", order_by_clause=none, limit_num=none) %}
  string_agg({{ measure }}, {{ delimiter_text }}) {% if order_by_clause %} within group ({{ order_by_clause }}) {% endif %}
{% endmacro %}
{% macro clickhouse__listagg(measure, delimiter_text="','", order_by_clause=none, limit_num=none) %}
  arrayStringConcat({% if limit_num %}arraySlice(groupArray({{ measure }}), 1, {{ limit_num }}){% else %}groupArray({{ measure }}){% endif %}, {{ delimiter_text }})
{% endmacro %}
`;
