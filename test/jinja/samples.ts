/** Templates as people write them, for properties that hold of every template. */

export const MACROS: { readonly [file: string]: string } = {
  'shop/cents.sql': `{% macro cents_to_euros(column, digits=2) -%}
    round({{ column }} / 100.0, {{ digits }})
{%- endmacro %}

{% macro both(relation, column) %}
  select {{ cents_to_euros(column) }} as amount, 'fixed' as kind
  from {{ relation }}
{% endmacro %}
`,
  'shop/wrap.sql': `{% macro guarded(name) %}
-- {{ name }}
{{ caller('inner') }}
{% endmacro %}
{% macro latest(model) %}{{ return(ref(model)) }}{% endmacro %}
{% macro columns_of() %}{% set list %}id, name{% endset %}{{ return(list) }}{% endmacro %}
`,
  'lib/stuff.sql': `{% macro pick(x) %}{{ return(adapter.dispatch('pick', 'lib')(x)) }}{% endmacro %}
{% macro default__pick(x) %}pick({{ x }}){% endmacro %}
{% macro duckdb__pick(x) %}duck_pick({{ x }}){% endmacro %}
`,
};

export const SAMPLES: readonly string[] = [
  'select 1',
  "select * from {{ ref('orders') }}\n",
  `{{ config(materialized='incremental', unique_key=['id', "day"], tags=["a"] + ['b']) }}

with source as (
  select * from {{ source('raw', 'orders') }}
  {% if is_incremental() %}
  where loaded_at > (select max(loaded_at) from {{ this }})
  {% endif %}
),
renamed as (
  select
    id,
    {% for name in ['net', 'tax'] -%}
    {{ cents_to_euros(name) }} as {{ name }}_euros{{ ',' if not loop.last }}
    {% endfor %}
  from source
)
select * from renamed
`,
  `{%- set methods = ['card', 'cash'] -%}
{%- set body -%}
  select id,
  {%- for m in methods %} sum(case when method = '{{ m }}' then amount end) as {{ m }}_amount {%- if not loop.last %},{% endif -%} {% endfor %}
  from {{ ref('payments') }} group by 1
{%- endset %}
with a as ({{ body }}), b as ({{ body | trim }})
select * from a union all select * from b
{# a comment #}
`,
  `{% call(kind) guarded('x') %}
select '{{ kind }}' as kind from {{ latest('customers') }}
{% endcall %}
union all
{{ both(ref('orders'), 'amount') }}
`,
  `select {{ columns_of() }}, {{ lib.pick('a') }}, {{ dbt.date_trunc('day', 'at') }}, {{ dbt_utils.generate_surrogate_key(['a', 'b']) }}
from {{ ref('other', 'orders', v=2) }} as o
where x = '{{ var('who', 'nobody') }}' and y = {{ var('missing') }} and z in ({{ "'" ~ ['a','b']|join("','") ~ "'" }})`,
  `{% set rows = run_query('select 1') %}
select {% for row in rows %}{{ row[0] }}{% if not loop.last %}, {% endif %}{% endfor %}
{% if rows %} , 1 as some {% else %} , 0 as some {% endif %}
from {{ ref('a') }}{% raw %} -- {{ not jinja }} {% endraw %}`,
  `{% filter upper %}select {{ 'a' }} from b{% endfilter %} {% with x = 1 %}{{ x }}{% endwith %}
{% macro local(a) %}local {{ a }} text{% endmacro %}{{ local('1') }} {{ local(local('2')) }}`,
  'select 1\r\nfrom {{ ref("a") }}\r\n{%- if true %}\r\nwhere 1 = 1{% endif %}\r\n',
  `{% snapshot orders_snapshot %}
{{ config(strategy='timestamp', updated_at='at', unique_key='id') }}
select * from {{ source('raw', 'orders') }}
{% endsnapshot %}
{% docs orders %} text with {{ braces }} and {% tags %} {% enddocs %}
{% test positive(model, column_name, least=0) %}
select * from {{ model }} where {{ column_name }} < {{ least }}
{% endtest %}
{% materialization thing, adapter='duckdb' %}{{ return(1) }}{% endmaterialization %}`,
];
