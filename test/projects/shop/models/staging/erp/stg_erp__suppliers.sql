with

source as (

    select * from {{ source('erp', 'suppliers') }}

),

renamed as (

    select
        cast(id as integer) as supplier_id,
        name as supplier_name,
        country as country_code,
        cast(updated_at as timestamp) as updated_at
    from source

)

select * from renamed
