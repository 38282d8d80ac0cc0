-- the places that are compared: cells of the grid, streets and communities with a point
with areas as (
    select area_level, area_key, population, row_number() over (order by area_key) as unit_id
    from {{ ref('dim_area') }}
    where area_level in ('street', 'community') and lat is not null and lon is not null
),

units as (
    select 'grid' as unit_type, cell_id as unit_id, cell_key as unit_key, population from {{ ref('dim_grid_cell') }}
    union all
    select area_level, unit_id, area_key, population from areas
),

neighbours as (
    select 'grid' as unit_type, cell_id as unit_id, count(*) as neighbours from {{ source('sense', 'cell_neighbours') }} group by cell_id
    union all
    select areas.area_level, areas.unit_id, count(*)
    from {{ source('sense', 'area_neighbours') }} as near
    inner join areas using (area_key)
    group by areas.area_level, areas.unit_id
),

-- rates only where every place of the type has people; else reports
final as (
    select
        units.unit_type, units.unit_id, units.unit_key, coalesce(neighbours.neighbours, 0) as neighbours,
        case when min(coalesce(units.population, 0)) over (partition by units.unit_type) > 0 then units.population end as population
    from units
    left join neighbours using (unit_type, unit_id)
)

select * from final
