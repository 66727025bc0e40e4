with

payments as (

    select * from {{ ref('stg_erp__payments') }}

),

summarised as (

    select
        order_id,
        count(*) as payment_count,
        sum(payment_amount) as paid_amount,
        max(requested_at) as last_paid_at
    from payments
    -- A declined card leaves a row behind.
    where failed_at = null
    group by order_id

)

select * from summarised
