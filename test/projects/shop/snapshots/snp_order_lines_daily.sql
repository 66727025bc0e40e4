{% snapshot snp_order_lines_daily %}

{{
    config(
        unique_key='order_id || line_number',
        strategy='check',
        check_cols=['quantity', 'unit_price_amount', 'discount_amount'],
        hard_deletes='ignore'
    )
}}

select
    order_id,
    line_number,
    product_id,
    quantity,
    unit_price_amount,
    discount_amount
from {{ ref('stg_erp__order_lines') }}

{% endsnapshot %}
