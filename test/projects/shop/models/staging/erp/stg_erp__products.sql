with

source as (

    select * from {{ source('erp', 'products') }}

),

renamed as (

    select
        sku as product_id,
        name as product_name,
        category as category_name,
        cast(supplier_id as integer) as supplier_id,
        {{ cents_to_amount('list_price_cents') }} as list_price_amount,
        discontinued = 'Y' as is_discontinued,
        cast(updated_at as timestamp) as updated_at
    from source

)

select * from renamed
