{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='member_id',
        on_schema_change='append_new_columns'
    )
}}

with

changes as (

    select * from {{ ref('stg_crm__membership_changes') }}
    {% if is_incremental() %}
    where changed_at > (
        select coalesce(max(loaded.valid_from), timestamp '1900-01-01') - interval 1 day
        from {{ this }} as loaded
    )
    {% endif %}

),

deduplicated as (

    select
        member_id,
        is_auto_renewing,
        changed_at
    from changes
    qualify row_number() over (partition by member_id, changed_at order by is_auto_renewing) = 1

),

final as (

    select
        {{ surrogate_key(['member_id', 'changed_at']) }} as member_renewal_key,
        member_id,
        is_auto_renewing,
        changed_at as valid_from,
        lead(changed_at) over (partition by member_id order by changed_at) as valid_to,
        lead(changed_at) over (partition by member_id order by changed_at) is null as is_current
    from deduplicated

)

select * from final
