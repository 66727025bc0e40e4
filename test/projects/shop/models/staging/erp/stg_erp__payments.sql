with

source as (

    select * from {{ source('erp', 'payments') }}

),

renamed as (

    select
        cast(id as integer) as payment_id,
        cast(order_id as integer) as order_id,
        method as payment_method,
        {{ cents_to_amount('amount_cents') }} as payment_amount,
        cast(requested_at as timestamp) as requested_at,
        cast(failed_at as timestamp) as failed_at,
        cast(updated_at as timestamp) as updated_at
    from source

)

select * from renamed
