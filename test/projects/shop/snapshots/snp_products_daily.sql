{% snapshot snp_products_daily %}

{{
    config(
        unique_key='product_id',
        strategy='timestamp',
        updated_at='updated_at',
        hard_deletes='ignore'
    )
}}

select * from {{ ref('stg_erp__products') }}

{% endsnapshot %}
