{# One hash per combination of values. NULL and the empty string stay apart, and so do ('ab', 'c') and ('a', 'bc'). #}
{% macro surrogate_key(columns) -%}
    md5(
        {%- for column in columns %}
        coalesce(cast({{ column }} as varchar), '_null_'){{ " || '|' ||" if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
