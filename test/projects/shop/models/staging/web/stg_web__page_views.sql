-- Views before 2024-02 live in an archive table that is no longer loaded.
with

current_views as (

    select * from {{ source('web', 'page_views') }}

),

archived_views as (

    select * from raw.raw_web_page_views_archive

),

unioned as (

    select
        cast(id as integer) as page_view_id,
        session_id,
        path as page_path,
        cast(viewed_at as timestamp) as viewed_at
    from current_views

    union all

    select
        cast(id as integer) as page_view_id,
        session_id,
        path as page_path,
        cast(viewed_at as timestamp) as viewed_at
    from archived_views

)

select * from unioned
