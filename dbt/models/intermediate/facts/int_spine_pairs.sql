with cells as (
    select area_key, area_level, category_key, category_level, date_on
    from {{ ref('int_daily_cells') }}
),

-- every area and category that ever met; the days in between are filled with zeros downstream
final as (
    select area_key, area_level, category_key, category_level, min(date_on) as first_on
    from cells
    group by area_key, area_level, category_key, category_level
)

select * from final
