with

source as (

    select * from {{ source('erp', 'order_lines') }}

),

renamed as (

    select
        cast(id as integer) as order_line_id,
        cast(order_id as integer) as order_id,
        cast(line_number as integer) as line_number,
        sku as product_id,
        cast(quantity as integer) as quantity,
        {{ cents_to_amount('unit_price_cents') }} as unit_price_amount,
        {{ cents_to_amount('discount_cents') }} as discount_amount
    from source

)

select * from renamed
