-- a number is compared and stored faster than a path of four names; the numbers hold within one build
with final as (
    select
        cast(row_number() over (order by area_key) as integer) as area_code,
        area_key,
        area_level
    from {{ ref('dim_area') }}
)

select * from final
