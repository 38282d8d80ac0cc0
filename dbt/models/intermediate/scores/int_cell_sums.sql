with days as (
    select calendar.date_on, periods.period_code, periods.has_fine_cells, periods.judged_at
    from {{ ref('int_calendar_periods') }} as calendar
    inner join {{ ref('int_scored_periods') }} as periods using (period_type, period_start_on)
),

-- how a ticket ended is known to the periods that ended after it
known as (
    select
        cells.area_code, cells.category_code, days.period_code, cells.is_fine, days.has_fine_cells, cells.person_number, cells.lat, cells.lon,
        case when cells.closed_at >= days.judged_at then cells.open_intensity_score else cells.intensity_score end as intensity_score
    from {{ ref('int_ticket_cells') }} as cells
    inner join days on days.date_on = cells.created_on
    -- the city's third categories are kept for all periods: rates below are drawn to them
    where not cells.is_fine or days.has_fine_cells or cells.area_level = 'city'
),

-- metres on the sphere; a single point has no dispersion
summed as (
    select
        area_code, category_code, period_code, is_fine, has_fine_cells,
        count(*) as reports,
        nullif(count(distinct person_number), 0) as persons,
        count(intensity_score) as scored_tickets,
        coalesce(sum(intensity_score), 0) as intensity_sum,
        sum(case when intensity_score >= {{ rule('intensity', 'high_score') }} then 1 else 0 end) as high_tickets,
        case when count(lat) >= 2 then sqrt(greatest(
            var_pop(lat) * 110574 * 110574 + var_pop(lon) * power(111320 * cos(radians(avg(lat))), 2), 0
        )) end as dispersion_m
    from known
    group by area_code, category_code, period_code, is_fine, has_fine_cells
),

scored as (
    select *, not is_fine or (has_fine_cells and reports >= {{ rule('fine_cell', 'min_reports') }}) as is_scored
    from summed
),

final as (
    select
        {{ cell_number('scored.area_code', 'scored.category_code', 'scored.period_code') }} as cell_number,
        areas.area_key, areas.area_level, categories.category_key, categories.category_level, periods.period_type, periods.period_start_on,
        scored.is_fine, scored.is_scored,
        scored.reports, scored.persons, scored.scored_tickets, scored.intensity_sum, scored.high_tickets, scored.dispersion_m
    from scored
    inner join {{ ref('int_area_codes') }} as areas using (area_code)
    inner join {{ ref('int_category_codes') }} as categories using (category_code)
    inner join {{ ref('int_scored_periods') }} as periods using (period_code)
    where scored.is_scored or areas.area_level = 'city'
)

select * from final
