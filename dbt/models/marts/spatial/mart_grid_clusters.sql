with places as (
    select
        component, max(judged_on) as judged_on, max(category_key) as category_key, max(window_start_on) as window_start_on,
        count(*) as cells, sum(cells.expected) as expected, cast(sum(cells.previous_reports) as bigint) as previous_reports,
        sum(grid.area_m2) as area_m2,
        case when count(*) = count(grid.population) then cast(sum(grid.population) as bigint) end as population
    from {{ ref('int_cluster_cells') }} as cells
    inner join {{ ref('dim_grid_cell') }} as grid using (cell_id)
    group by component
),

-- the finest place that most reports name
names as (
    select
        component, coalesce(community_key, street_key, district_key) as area_key,
        row_number() over (partition by component order by count(*) desc, coalesce(community_key, street_key, district_key)) as position
    from {{ ref('int_cluster_tickets') }}
    where coalesce(community_key, street_key, district_key) is not null
    group by component, coalesce(community_key, street_key, district_key)
),

final as (
    select
        identities.cluster_id, places.judged_on, places.judged_on = {{ as_of_on() }} as is_current, identities.first_judged_on,
        places.category_key, places.window_start_on, names.area_key,
        places.cells, places.area_m2, places.population,
        shapes.reports, shapes.persons, shapes.reporters, places.expected, {{ share('shapes.reports', 'places.expected') }} as ratio,
        places.previous_reports, {{ share('shapes.reports', 'places.previous_reports') }} as growth_ratio,
        shapes.lat, shapes.lon, shapes.radius_m, shapes.spread_m, shapes.elongation_share,
        coalesce(origins.is_continued, false) as is_continued, origins.split_from_cluster_id, origins.merged_cluster_ids,
        scans.p_value, scans.recurrence_days, scans.scan_cluster_id, scans.scan_as_of_on, scans.shared_share as scan_shared_share
    from {{ ref('int_cluster_shapes') }} as shapes
    inner join places using (component)
    inner join {{ ref('int_cluster_identities') }} as identities using (component)
    left join names on names.component = shapes.component and names.position = 1
    left join {{ ref('int_cluster_origins') }} as origins on origins.component = shapes.component
    left join {{ ref('int_cluster_scans') }} as scans on scans.component = shapes.component
)

select * from final
