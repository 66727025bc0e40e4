with

source as (

    select * from {{ source('erp', 'stock_receipts') }}

),

renamed as (

    select
        cast(id as integer) as stock_receipt_id,
        sku as product_id,
        warehouse_code as warehouse_id,
        cast(quantity as integer) as quantity,
        cast(received_at as timestamp) as received_at
    from source

)

select * from renamed
