{% test versions_do_not_overlap(model, natural_key, valid_from='valid_from', valid_to='valid_to') %}

select *
from (
    select
        {{ natural_key }},
        {{ valid_from }},
        {{ valid_to }},
        lead({{ valid_from }}) over (partition by {{ natural_key }} order by {{ valid_from }}) as next_valid_from
    from {{ model }}
) as versions
where {{ valid_to }} <= {{ valid_from }}
    or (next_valid_from is not null and ({{ valid_to }} is null or next_valid_from < {{ valid_to }}))

{% endtest %}
