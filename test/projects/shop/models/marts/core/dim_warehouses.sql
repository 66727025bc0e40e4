with

warehouses as (

    select * from {{ ref('stg_erp_warehouses') }}

),

final as (

    select
        {{ surrogate_key(['warehouse_id']) }} as warehouse_key,
        warehouse_id,
        warehouse_name,
        city_name,
        country_code
    from warehouses

)

select * from final
