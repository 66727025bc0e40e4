-- Names and addresses stay in staging: the mart identifies a customer without saying who it is.
with

customers as (

    select * from {{ ref('stg_crm__customers') }}

),

final as (

    select
        {{ surrogate_key(['customer_id']) }} as customer_key,
        customer_id,
        md5(email) as email_hash,
        city_name,
        country_code,
        newsletter_opt_in as is_newsletter_subscriber,
        created_at
    from customers

)

select * from final
