{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='order_line_id',
        on_schema_change='append_new_columns'
    )
}}

with

lines as (

    select * from {{ ref('int_order_lines_priced') }}
    {% if is_incremental() %}
    -- The ERP corrects orders for up to three days.
    where ordered_at >= (
        select coalesce(max(loaded.ordered_at), timestamp '1900-01-01') - interval 3 day
        from {{ this }} as loaded
    )
    {% endif %}

),

products as (

    select * from {{ ref('dim_products') }}

),

final as (

    select
        lines.order_line_id,
        lines.order_id,
        lines.line_number,
        {{ surrogate_key(['lines.customer_id']) }} as customer_key,
        products.product_key,
        {{ date_key('lines.ordered_at') }} as order_date_key,
        lines.ordered_at,
        lines.quantity,
        lines.unit_price_amount,
        lines.gross_amount,
        lines.discount_amount,
        lines.net_amount
    from lines
    left join products
        on lines.product_id = products.product_id
        and lines.ordered_at between products.valid_from and coalesce(products.valid_to, timestamp '9999-12-31')

)

select * from final
