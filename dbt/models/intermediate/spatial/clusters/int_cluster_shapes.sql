-- the ellipse of the reports' points, in metres around their mean point
with centres as (
    select component, avg(lat) as lat, avg(lon) as lon from {{ ref('int_cluster_tickets') }} group by component
),

offset_points as (
    select
        tickets.component, tickets.reporter_key, tickets.person_hash, centres.lat, centres.lon,
        (tickets.lat - centres.lat) * {{ metres_per_lat('centres.lat') }} as north_m,
        (tickets.lon - centres.lon) * {{ metres_per_lon('centres.lat') }} as east_m
    from {{ ref('int_cluster_tickets') }} as tickets
    inner join centres using (component)
),

moments as (
    select
        component, max(lat) as lat, max(lon) as lon,
        count(*) as reports, nullif(count(distinct person_hash), 0) as persons, count(distinct reporter_key) as reporters,
        sqrt(max(north_m * north_m + east_m * east_m)) as radius_m,
        avg(north_m * north_m) as north_m2, avg(east_m * east_m) as east_m2, avg(north_m * east_m) as mixed_m2
    from offset_points
    group by component
),

axes as (
    select
        moments.*,
        (north_m2 + east_m2) / 2 as mean_m2,
        sqrt(power((north_m2 - east_m2) / 2, 2) + mixed_m2 * mixed_m2) as half_difference_m2
    from moments
),

final as (
    select
        component, lat, lon, reports, persons, reporters, radius_m,
        sqrt(2 * mean_m2) as spread_m,
        -- below a decimetre all points are one
        case when mean_m2 > 0.01 then 1 - sqrt(greatest(mean_m2 - half_difference_m2, 0) / (mean_m2 + half_difference_m2)) end as elongation_share
    from axes
    where reporters >= {{ rule('spatial_cluster', 'least_persons') }}
)

select * from final
