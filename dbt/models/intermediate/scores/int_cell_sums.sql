with days as (
    select calendar.date_on, periods.period_type, periods.period_start_on, periods.has_fine_cells
    from {{ ref('int_calendar_periods') }} as calendar
    inner join {{ ref('int_scored_periods') }} as periods using (period_type, period_start_on)
),

-- metres on the sphere; a single point has no dispersion
summed as (
    select
        cells.area_key, cells.area_level, cells.category_key, cells.category_level, days.period_type, days.period_start_on,
        cells.is_fine, days.has_fine_cells,
        count(*) as reports,
        nullif(count(distinct cells.person_hash), 0) as persons,
        count(cells.intensity_score) as scored_tickets,
        coalesce(sum(cells.intensity_score), 0) as intensity_sum,
        sum(case when cells.intensity_score >= {{ rule('intensity', 'high_score') }} then 1 else 0 end) as high_tickets,
        case when count(cells.lat) >= 2 then sqrt(greatest(
            var_pop(cells.lat) * 110574 * 110574 + var_pop(cells.lon) * power(111320 * cos(radians(avg(cells.lat))), 2), 0
        )) end as dispersion_m
    from {{ ref('int_ticket_cells') }} as cells
    inner join days on days.date_on = cells.created_on
    -- the city's third categories are kept for all periods: rates below are drawn to them
    where not cells.is_fine or days.has_fine_cells or cells.area_level = 'city'
    group by
        cells.area_key, cells.area_level, cells.category_key, cells.category_level, days.period_type, days.period_start_on,
        cells.is_fine, days.has_fine_cells
),

final as (
    select
        area_key, area_level, category_key, category_level, period_type, period_start_on, is_fine,
        not is_fine or (has_fine_cells and reports >= {{ rule('fine_cell', 'min_reports') }}) as is_scored,
        reports, persons, scored_tickets, intensity_sum, high_tickets, dispersion_m
    from summed
)

select * from final
where is_scored or area_level = 'city'
