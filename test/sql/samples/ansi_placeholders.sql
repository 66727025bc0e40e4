with source as (
    select * from 
    
),
renamed as (
    select
        id as order_id,
         as amount,
        ,
        cast(created as ) as created_at
        
    from source
    where created > '' and 
)
select * from renamed_
