/** The macros of dbt_utils that models use, for projects whose packages are not installed. */
export const DBT_UTILS = String.raw`
{% macro _is_relation(obj, macro) %}{{ return('') }}{% endmacro %}
{% macro _is_ephemeral(obj, macro) %}{{ return('') }}{% endmacro %}
{% macro default__log_info(message) %}{{ return('') }}{% endmacro %}
{% macro default__pretty_time(format='%H:%M:%S') %}{{ return(modules.datetime.datetime.now().strftime(format)) }}{% endmacro %}
{% macro default__pretty_log_format(message) %}{{ return(dbt_utils.pretty_time() ~ ' + ' ~ message) }}{% endmacro %}

{% macro default__generate_surrogate_key(field_list) %}
  {%- set missing = '' if var('surrogate_key_treat_nulls_as_empty_strings', false) else '_dbt_utils_surrogate_key_null_' -%}
  {%- set parts = [] -%}
  {%- for field in field_list -%}
    {%- do parts.append("coalesce(cast(" ~ field ~ " as " ~ dbt.type_string() ~ "), '" ~ missing ~ "')") -%}
    {%- if not loop.last -%}{%- do parts.append("'-'") -%}{%- endif -%}
  {%- endfor -%}
  {{- dbt.hash(dbt.concat(parts)) -}}
{% endmacro %}
{% macro default__surrogate_key(field_list) %}
  {%- set fields = [field_list] if field_list is string else field_list | list -%}
  {%- set parts = [] -%}
  {%- for field in fields + varargs | list -%}
    {%- do parts.append("coalesce(cast(" ~ field ~ " as " ~ dbt.type_string() ~ "), '')") -%}
    {%- if not loop.last -%}{%- do parts.append("'-'") -%}{%- endif -%}
  {%- endfor -%}
  {{ dbt.hash(dbt.concat(parts)) }}
{% endmacro %}

{% macro default__get_filtered_columns_in_relation(from, except=[]) %}
  {%- set columns = adapter.get_columns_in_relation(from) -%}
  {%- if _is_unknown(columns) -%}{{ return(columns) }}{%- endif -%}
  {%- set left_out = except | map('lower') | list -%}
  {%- set names = [] -%}
  {%- for column in columns if column.column | lower not in left_out -%}{%- do names.append(column.column) -%}{%- endfor -%}
  {{ return(names) }}
{% endmacro %}

{% macro default__star(from, relation_alias=False, except=[], prefix='', suffix='', quote_identifiers=True, unquote_aliases=False, rename={}) %}
  {%- set names = dbt_utils.get_filtered_columns_in_relation(from, except) -%}
  {%- if _is_unknown(names) -%}{{ return(names) }}{%- endif -%}
  {%- set renamed = {} -%}
  {%- for name, other in rename.items() -%}{%- do renamed.update({name.lower(): other}) -%}{%- endfor -%}
  {%- if names | length == 0 -%}
    *
    /* No columns were returned. Maybe the relation doesn't exist yet
    or all columns were excluded. This star is only output during
    dbt compile, and exists to keep SQLFluff happy. */
  {%- endif -%}
  {%- for name in names -%}
    {%- if relation_alias -%}{{ relation_alias }}.{%- endif -%}
    {{ adapter.quote(name) if quote_identifiers else name }}
    {%- if name.lower() in renamed %} as {{ renamed[name.lower()] }}
    {%- elif quote_identifiers and unquote_aliases %} as {{ (prefix ~ name ~ suffix) | trim }}
    {%- elif prefix != '' or suffix != '' %} as {{ adapter.quote(prefix ~ name ~ suffix) if quote_identifiers else (prefix ~ name ~ suffix) | trim }}
    {%- endif -%}
    {%- if not loop.last -%},{{ '\n  ' }}{%- endif -%}
  {%- endfor -%}
{% endmacro %}

{% macro default__union_relations(relations, column_override=none, include=[], exclude=[], source_column_name='_dbt_source_relation', where=none) %}
  {%- set overrides = column_override if column_override is not none else {} -%}
  {%- set wanted = include | map('lower') | list -%}
  {%- set unwanted = exclude | map('lower') | list -%}
  {%- set all_columns = {} -%}
  {%- set names_by_relation = {} -%}
  {%- set state = namespace(unknown=relations if _is_unknown(relations) else none) -%}
  {%- for relation in relations -%}
    {%- set columns = adapter.get_columns_in_relation(relation) -%}
    {%- if _is_unknown(columns) -%}{%- set state.unknown = columns -%}
    {%- else -%}
      {%- set names = [] -%}
      {%- for column in columns if not (unwanted and column.column | lower in unwanted) and not (wanted and column.column | lower not in wanted) -%}
        {%- do names.append(column.column) -%}
        {%- if column.column not in all_columns -%}{%- do all_columns.update({column.column: column}) -%}{%- endif -%}
      {%- endfor -%}
      {%- do names_by_relation.update({relation: names}) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- for relation in relations %}
    (
      select
        {%- if source_column_name is not none %}
        cast({{ dbt.string_literal(relation.render()) }} as {{ dbt.type_string() }}) as {{ source_column_name }},
        {%- endif %}
        {% if _is_unknown(state.unknown) -%}
          {{ state.unknown }}
        {%- elif all_columns | length == 0 -%}
          *
        {%- else -%}
          {%- for name, column in all_columns.items() -%}
            {%- set value = adapter.quote(name) if name in names_by_relation[relation] else 'null' -%}
            cast({{ value }} as {{ overrides.get(name, column.data_type) }}) as {{ column.quoted }} {% if not loop.last %},{% endif %}
          {% endfor -%}
        {%- endif %}
      from {{ relation }}
      {% if where -%}
      where {{ where }}
      {%- endif %}
    )
    {% if not loop.last -%}
      union all
    {% endif -%}
  {%- endfor -%}
{% endmacro %}

{% macro default__unpivot(relation=none, cast_to='varchar', exclude=none, remove=none, field_name='field_name', value_name='value', quote_identifiers=False) %}
  {%- set kept = exclude if exclude is not none else [] -%}
  {%- set removed = remove if remove is not none else [] -%}
  {%- set columns = adapter.get_columns_in_relation(relation) -%}
  {%- set left_out = (kept | map('lower') | list) + (removed | map('lower') | list) -%}
  {%- set chosen = [] -%}
  {%- if _is_unknown(columns) -%}{%- set chosen = columns -%}
  {%- else -%}
    {%- for column in columns if column.column | lower not in left_out -%}{%- do chosen.append(column) -%}{%- endfor -%}
  {%- endif -%}
  {%- for column in chosen %}
    {%- set name = adapter.quote(column.column) if quote_identifiers else column.column %}
    select
      {%- for other in kept %}
        {{ adapter.quote(other) if quote_identifiers else other }},
      {%- endfor %}
      cast('{{ column.column }}' as {{ dbt.type_string() }}) as {{ adapter.quote(field_name) if quote_identifiers else field_name }},
      cast({% if not _is_unknown(column.data_type) and column.data_type == 'boolean' %} {{ dbt.cast_bool_to_text(name) }} {% else %} {{ name }} {% endif %} as {{ cast_to }}) as {{ adapter.quote(value_name) if quote_identifiers else value_name }}
    from {{ relation }}
    {% if not loop.last -%}
      union all
    {% endif -%}
  {%- endfor -%}
{% endmacro %}

{% macro default__pivot(column, values, alias=True, agg='sum', cmp='=', prefix='', suffix='', then_value=1, else_value=0, quote_identifiers=True, distinct=False) %}
  {%- for value in values %}
    {{ agg }}(
      {% if distinct %} distinct {% endif %}
      case when {{ column }} {{ cmp }} '{{ dbt.escape_single_quotes(value) }}' then {{ then_value }} else {{ else_value }} end
    )
    {% if alias %}
      {%- if quote_identifiers %} as {{ adapter.quote(prefix ~ value ~ suffix) }}
      {%- else %} as {{ dbt_utils.slugify(prefix ~ value ~ suffix) }}
      {%- endif %}
    {% endif %}
    {% if not loop.last %},{% endif %}
  {%- endfor %}
{% endmacro %}

{% macro default__get_column_values(table, column, order_by='count(*) desc', max_records=none, default=none, where=none) %}
  {{- return(run_query('')) -}}
{% endmacro %}
{% macro default__get_single_value(query, default=none) %}{{ return(run_query('')) }}{% endmacro %}
{% macro default__get_query_results_as_dict(query) %}{{ return(run_query('')) }}{% endmacro %}
{% macro default__get_relations_by_pattern(schema_pattern, table_pattern, exclude='', database=none) %}{{ return(run_query('')) }}{% endmacro %}
{% macro default__get_relations_by_prefix(schema, prefix, exclude='', database=none) %}{{ return(run_query('')) }}{% endmacro %}
{% macro default__get_intervals_between(start_date, end_date, datepart) %}{{ return(run_query('')) }}{% endmacro %}

{% macro default__group_by(n) %}
  group by {% for i in range(1, n + 1) -%} {{ i }}{{ ',' if not loop.last }} {% endfor -%}
{% endmacro %}

{% macro default__safe_add(field_list) %}
  {%- set parts = [] -%}
  {%- for field in ([field_list] if field_list is string else field_list | list) + varargs | list -%}
    {%- do parts.append('coalesce(' ~ field ~ ', 0)') -%}
  {%- endfor -%}
  {{ parts | join(' +\n  ') }}
{% endmacro %}
{% macro default__safe_subtract(field_list) %}
  {%- set parts = [] -%}
  {%- for field in field_list -%}{%- do parts.append('coalesce(' ~ field ~ ', 0)') -%}{%- endfor -%}
  {{ parts | join(' -\n  ') }}
{% endmacro %}
{% macro default__safe_divide(numerator, denominator) %}( {{ numerator }} ) / nullif( ( {{ denominator }} ), 0){% endmacro %}

{% macro default__get_powers_of_two(upper_bound) %}{{ return(dbt.get_powers_of_two(upper_bound)) }}{% endmacro %}
{% macro default__generate_series(upper_bound) %}
  {%- set n = dbt_utils.get_powers_of_two(upper_bound) %}
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
{% macro default__date_spine(datepart, start_date, end_date) %}
  with rawdata as (
    {{ dbt_utils.generate_series(dbt_utils.get_intervals_between(start_date, end_date, datepart)) }}
  ),
  all_periods as (
    select (
      {{ dbt.dateadd(datepart, 'row_number() over (order by generated_number) - 1', start_date) }}
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

{% macro qualified_deduplicate(relation, partition_by, order_by, alias='') %}
  select *
  from {{ relation }} {{ alias }}
  qualify row_number() over (partition by {{ partition_by }} order by {{ order_by }}) = 1
{% endmacro %}
{% macro default__deduplicate(relation, partition_by, order_by) %}
  with row_numbered as (
    select
      _inner.*,
      row_number() over (partition by {{ partition_by }} order by {{ order_by }}) as rn
    from {{ relation }} as _inner
  )
  select distinct data.*
  from {{ relation }} as data
  natural join row_numbered
  where row_numbered.rn = 1
{% endmacro %}
{% macro snowflake__deduplicate(relation, partition_by, order_by) %}{{ dbt_utils.qualified_deduplicate(relation, partition_by, order_by) }}{% endmacro %}
{% macro databricks__deduplicate(relation, partition_by, order_by) %}{{ dbt_utils.qualified_deduplicate(relation, partition_by, order_by) }}{% endmacro %}
{% macro redshift__deduplicate(relation, partition_by, order_by) %}{{ dbt_utils.qualified_deduplicate(relation, partition_by, order_by, 'as tt') }}{% endmacro %}
{% macro postgres__deduplicate(relation, partition_by, order_by) %}
  select distinct on ({{ partition_by }}) *
  from {{ relation }}
  order by {{ partition_by }}{{ ',' ~ order_by }}
{% endmacro %}
{% macro bigquery__deduplicate(relation, partition_by, order_by) %}
  select unique.*
  from (
    select array_agg(original order by {{ order_by }} limit 1)[offset(0)] unique
    from {{ relation }} original
    group by {{ partition_by }}
  )
{% endmacro %}

{% macro degrees_to_radians(degrees) %}acos(-1) * {{ degrees }} / 180{% endmacro %}
{% macro default__haversine_distance(lat1, lon1, lat2, lon2, unit='mi') %}
  2 * 3961 * asin(sqrt(power((sin(radians(({{ lat2 }} - {{ lat1 }}) / 2))), 2) +
  cos(radians({{ lat1 }})) * cos(radians({{ lat2 }})) *
  power((sin(radians(({{ lon2 }} - {{ lon1 }}) / 2))), 2))) * {{ 1.60934 if unit == 'km' else 1 }}
{% endmacro %}
{% macro bigquery__haversine_distance(lat1, lon1, lat2, lon2, unit='mi') %}
  {%- set a, b = dbt_utils.degrees_to_radians(lat1), dbt_utils.degrees_to_radians(lat2) -%}
  {%- set c, d = dbt_utils.degrees_to_radians(lon1), dbt_utils.degrees_to_radians(lon2) -%}
  2 * 3961 * asin(sqrt(power(sin(({{ b }} - {{ a }}) / 2), 2) +
  cos({{ a }}) * cos({{ b }}) *
  power(sin(({{ d }} - {{ c }}) / 2), 2))) * {{ 1.60934 if unit == 'km' else 1 }}
{% endmacro %}

{% macro slugify(string) %}
  {%- if not string -%}{{ return('') }}{%- endif -%}
  {%- set slug = modules.re.sub('[ -]+', '_', string | lower) -%}
  {%- set slug = modules.re.sub('[^a-z0-9_]+', '', slug) -%}
  {{ return('_' ~ slug if slug and slug[0] in '0123456789' else slug) }}
{% endmacro %}

{% macro default__get_url_host(field) %}
  {%- set bare = dbt.replace(dbt.replace(dbt.replace(field, "'android-app://'", "''"), "'http://'", "''"), "'https://'", "''") -%}
  {{ dbt.safe_cast(dbt.split_part(dbt.split_part(bare, "'/'", 1), "'?'", 1), dbt.type_string()) }}
{% endmacro %}
{% macro default__get_url_path(field) %}
  {%- set bare = dbt.replace(dbt.replace(field, "'http://'", "''"), "'https://'", "''") -%}
  {%- set slash -%}
    coalesce(nullif({{ dbt.position("'/'", bare) }}, 0), {{ dbt.position("'?'", bare) }} - 1)
  {%- endset -%}
  {{ dbt.safe_cast(dbt.split_part(dbt.right(bare, dbt.length(bare) ~ '-' ~ slash), "'?'", 1), dbt.type_string()) }}
{% endmacro %}
{% macro default__get_url_parameter(field, url_parameter) %}
  nullif({{ dbt.split_part(dbt.split_part(field, "'" ~ url_parameter ~ "='", 2), "'&'", 1) }},'')
{% endmacro %}

{% macro default__nullcheck(cols) %}
  {%- for col in cols %}
    {%- if not _is_unknown(col.dtype) and col.is_string() %} nullif({{ col.name }},'') as {{ col.name }}
    {%- else %} {{ col.name }}
    {%- endif -%}
    {%- if not loop.last -%} , {%- endif -%}
  {%- endfor -%}
{% endmacro %}
{% macro default__nullcheck_table(relation) %}
  select {{ dbt_utils.nullcheck(adapter.get_columns_in_relation(relation)) }}
  from {{ relation }}
{% endmacro %}

{% macro default__width_bucket(expr, min_value, max_value, num_buckets) %}
  {%- set size -%} (( {{ max_value }} - {{ min_value }} ) / {{ num_buckets }} ) {%- endset -%}
  (
    case
      when mod({{ dbt.safe_cast(expr, dbt.type_numeric()) }}, {{ dbt.safe_cast(size, dbt.type_numeric()) }}) = 0
      then 1
      else 0
    end
  ) +
  least(ceil(({{ expr }} - {{ min_value }})/{{ size }}), {{ num_buckets }} + 1)
{% endmacro %}
{% macro snowflake__width_bucket(expr, min_value, max_value, num_buckets) %}
  width_bucket({{ expr }}, {{ min_value }}, {{ max_value }}, {{ num_buckets }} )
{% endmacro %}
`;
