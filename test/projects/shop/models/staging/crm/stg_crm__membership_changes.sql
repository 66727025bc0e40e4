with

source as (

    select * from {{ source('crm', 'membership_changes') }}

),

renamed as (

    select
        member_id,
        customer_number as customer_id,
        nullif(tier, '') as tier_name,
        cast(auto_renew as boolean) as is_auto_renewing,
        cast(changed_at as timestamp) as changed_at
    from source

)

select * from renamed
