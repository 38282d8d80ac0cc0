with final as (
    select
        cast(row_number() over (order by category_key) as integer) as category_code,
        category_key,
        category_level
    from {{ ref('dim_category') }}
    where category_level > 0
)

select * from final
