with places as (
    select
        cell_id, district_key, street_key, community_key, sum(reports) as reports
    from {{ ref('int_grid_places') }}
    group by cell_id, district_key, street_key, community_key
),

-- a cell lies where most of its reports say they are
ranked as (
    select
        places.*,
        sum(reports) over (partition by cell_id) as cell_reports,
        row_number() over (
            partition by cell_id order by reports desc, coalesce(community_key, ''), coalesce(street_key, ''), coalesce(district_key, '')
        ) as position
    from places
),

final as (
    select
        cells.cell_key, cells.cell_id, cells.lat, cells.lon, cells.area_m2, cells.outline,
        ranked.district_key, ranked.street_key, ranked.community_key,
        coalesce(ranked.cell_reports, 0) as reports,
        populations.population
    from {{ source('sense', 'cells') }} as cells
    left join ranked on ranked.cell_id = cells.cell_id and ranked.position = 1
    left join {{ ref('int_cell_populations') }} as populations on populations.cell_id = cells.cell_id
)

select * from final
