with

versions as (

    select * from {{ ref('snp_suppliers_daily') }}

),

final as (

    select
        {{ surrogate_key(['supplier_id', 'dbt_valid_from']) }} as supplier_key,
        supplier_id,
        supplier_name,
        country_code,
        dbt_valid_from as valid_from,
        dbt_valid_to is null as is_current
    from versions

)

select * from final
