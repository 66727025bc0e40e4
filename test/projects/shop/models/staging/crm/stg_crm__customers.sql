with

source as (

    select * from {{ source('crm', 'customers') }}

),

latest as (

    {{ latest_per_key('source', key='number', order_by='updated_at desc') }}

),

renamed as (

    select
        number as customer_id,
        first_name,
        last_name,
        lower(trim(email)) as email,
        phone,
        city as city_name,
        country as country_code,
        newsletter_opt_in = 'Y' as newsletter_opt_in,
        cast(created_at as timestamp) as created_at,
        cast(updated_at as timestamp) as updated_at,
        cast(_loaded_at as timestamp) as loaded_at
    from latest

)

select * from renamed
