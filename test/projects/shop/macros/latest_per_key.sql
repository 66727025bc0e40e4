{# The loader may deliver a row more than once: keeps the latest one per key. #}
{% macro latest_per_key(relation, key, order_by) -%}
    select {{ relation }}.*
    from {{ relation }}
    qualify row_number() over (partition by {{ key }} order by {{ order_by }}) = 1
{%- endmacro %}
