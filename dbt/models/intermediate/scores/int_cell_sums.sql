with cells as (
    select * from {{ ref('int_ticket_cells') }} where is_in_period
),

tickets as (
    select ticket_key, person_hash, intensity_score, lat, lon from {{ ref('fct_tickets') }}
),

-- metres on the sphere; a single point has no dispersion
final as (
    select
        cells.area_key, cells.area_level, cells.category_key, cells.category_level, cells.period_type, cells.period_start_on,
        count(*) as reports,
        nullif(count(distinct tickets.person_hash), 0) as persons,
        count(tickets.intensity_score) as scored_tickets,
        coalesce(sum(tickets.intensity_score), 0) as intensity_sum,
        sum(case when tickets.intensity_score >= {{ rule('intensity', 'high_score') }} then 1 else 0 end) as high_tickets,
        case when count(tickets.lat) >= 2 then sqrt(greatest(
            var_pop(tickets.lat) * 110574 * 110574 + var_pop(tickets.lon) * power(111320 * cos(radians(avg(tickets.lat))), 2), 0
        )) end as dispersion_m
    from cells
    inner join tickets using (ticket_key)
    group by cells.area_key, cells.area_level, cells.category_key, cells.category_level, cells.period_type, cells.period_start_on
)

select * from final
