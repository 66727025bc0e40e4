with

source as (

    select * from {{ source('erp', 'warehouses') }}

),

renamed as (

    select
        code as warehouse_id,
        name as warehouse_name,
        city as city_name,
        country as country_code
    from source

)

select * from renamed
