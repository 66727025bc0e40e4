with

source as (

    select * from {{ source('erp', 'shipments') }}

),

renamed as (

    select
        cast(id as integer) as shipment_id,
        cast(order_id as integer) as order_id,
        warehouse_code as warehouse_id,
        cast(shipped_at as timestamp) as shipped_at,
        cast(delivered_at as timestamp) as delivered_at
    from source

)

select * from renamed
