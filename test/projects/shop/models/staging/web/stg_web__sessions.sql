with

source as (

    select * from {{ source('web', 'sessions') }}

),

renamed as (

    select
        session_id,
        visitor_id,
        -- Empty for guests.
        nullif(customer_number, '') as customer_id,
        cast(order_id as integer) as order_id,
        landing_path,
        coalesce(nullif(utm_source, ''), 'direct') as marketing_channel,
        cast(started_at as timestamp) as started_at
    from source

)

select * from renamed
