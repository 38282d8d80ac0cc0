with cells as (
    select area_key, area_level, category_key, category_level, date_on from {{ ref('int_daily_cells') }}
),

-- every area and category that met within the spine's span; what stopped before it would only be zeros
final as (
    select cells.area_key, cells.area_level, cells.category_key, cells.category_level, min(cells.date_on) as first_on
    from cells
    group by cells.area_key, cells.area_level, cells.category_key, cells.category_level
)

select * from final
