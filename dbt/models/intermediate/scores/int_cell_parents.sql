with cells as (
    select distinct area_key, area_level, category_key, category_level
    from {{ ref('int_cell_sums') }}
    where is_fine and is_scored
),

-- the nearest cell that has a series of its own: the street of a community or estate, the second category of a third
final as (
    select
        cells.area_key, cells.area_level, cells.category_key, cells.category_level,
        case when cells.area_level in ('community', 'estate') then {{ street_key('areas.district', 'areas.street') }} else cells.area_key end as parent_area_key,
        case when cells.category_level = 3 then categories.parent_category_key else cells.category_key end as parent_category_key
    from cells
    inner join {{ ref('dim_area') }} as areas using (area_key)
    inner join {{ ref('dim_category') }} as categories using (category_key)
)

select * from final
