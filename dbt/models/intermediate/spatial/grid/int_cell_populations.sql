-- a list of estates tells a cell's population only where it knows every estate that reports from the cell; communities are never shared out
with listed as (
    select
        points.cell_id, areas.area_key as estate_key, max(areas.population) as population
    from {{ ref('stg_reference__areas') }} as areas
    inner join {{ source('sense', 'point_cells') }} as points
        on points.lat_e4 = {{ e4('areas.lat') }} and points.lon_e4 = {{ e4('areas.lon') }}
    where areas.estate is not null
    group by points.cell_id, areas.area_key
),

unlisted as (
    select distinct places.cell_id
    from {{ ref('int_grid_places') }} as places
    left join listed using (estate_key)
    where listed.population is null
),

final as (
    select listed.cell_id, cast(sum(listed.population) as bigint) as population
    from listed
    left join unlisted using (cell_id)
    where unlisted.cell_id is null
    group by listed.cell_id
    having count(*) = count(listed.population)
)

select * from final
