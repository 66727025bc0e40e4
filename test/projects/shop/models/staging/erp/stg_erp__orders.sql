with

source as (

    select * from {{ source('erp', 'orders') }}

),

latest as (

    {{ latest_per_key('source', key='id', order_by='updated_at desc') }}

),

renamed as (

    select
        cast(id as integer) as order_id,
        customer_number as customer_id,
        status as order_status,
        channel as sales_channel,
        cast(ordered_at as timestamp) as ordered_at,
        cast(cancelled_at as timestamp) as cancelled_at,
        cast(updated_at as timestamp) as updated_at,
        cast(_loaded_at as timestamp) as loaded_at
    from latest

)

select * from renamed
