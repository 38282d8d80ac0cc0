with measured as (
    select
        groups.group_id, counts.unit_type, counts.unit_id, counts.reports,
        case when groups.is_rate then counts.reports * 10000.0 / units.population else cast(counts.reports as double) end as value
    from {{ ref('int_local_counts') }} as counts
    inner join {{ ref('int_local_groups') }} as groups using (unit_type, period_type, period_start_on, category_key)
    inner join {{ ref('int_spatial_units') }} as units using (unit_type, unit_id)
),

-- each value counts for its own place and beside each of its neighbours
spread as (
    select group_id, unit_type, unit_id, reports, reports as near_reports, value, 0.0 as beside from measured
    union all
    select measured.group_id, measured.unit_type, near.unit_id, 0, measured.reports, 0.0, measured.value
    from measured
    inner join {{ ref('int_spatial_neighbours') }} as near on near.unit_type = measured.unit_type and near.neighbour_id = measured.unit_id
),

touched as (
    select group_id, unit_type, unit_id, sum(reports) as reports, sum(near_reports) as near_reports, sum(value) as value, sum(beside) as beside
    from spread
    group by group_id, unit_type, unit_id
),

busy as (
    select touched.group_id, touched.unit_id, touched.reports, touched.near_reports, touched.value, touched.beside, units.neighbours
    from touched
    inner join {{ ref('int_spatial_units') }} as units using (unit_type, unit_id)
),

-- the others are alike: nothing in them and nothing beside; one row by their number of neighbours
kinds as (
    select groups.group_id, units.neighbours, count(*) as units
    from {{ ref('int_local_groups') }} as groups
    inner join {{ ref('int_spatial_units') }} as units using (unit_type)
    group by groups.group_id, units.neighbours
),

busy_kinds as (
    select group_id, neighbours, count(*) as units from busy group by group_id, neighbours
),

final as (
    select group_id, unit_id, 1 as units, reports, near_reports, value, beside, neighbours from busy
    union all
    select kinds.group_id, null, kinds.units - coalesce(busy_kinds.units, 0), 0, 0, 0.0, 0.0, kinds.neighbours
    from kinds
    left join busy_kinds using (group_id, neighbours)
    where kinds.units > coalesce(busy_kinds.units, 0)
)

select * from final
