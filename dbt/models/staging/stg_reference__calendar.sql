with source as (
    select * from {{ source('reference', 'calendar') }}
),

final as (
    select
        cast(date as date) as date_on,
        kind,
        nullif(trim(name), '') as event_name,
        nullif(trim(category_l1), '') as category_l1,
        nullif(trim(district), '') as district
    from source
    where coalesce(nullif(trim(region), ''), {{ text_literal(var('region')) }}) = {{ text_literal(var('region')) }}
)

select * from final
