with days as (
    select calendar.date_on, periods.period_code, periods.has_fine_cells
    from {{ ref('int_calendar_periods') }} as calendar
    inner join {{ ref('int_scored_periods') }} as periods using (period_type, period_start_on)
),

cells as (
    select
        {{ cell_number('cells.area_code', 'cells.category_code', 'days.period_code') }} as cell_number,
        cells.area_level, cells.category_code, days.period_code, cells.is_fine, cells.child_code, cells.channel_number
    from {{ ref('int_ticket_cells') }} as cells
    inner join days on days.date_on = cells.created_on
    where not cells.is_fine or days.has_fine_cells
),

counted as (
    select cell_number, area_level, category_code, period_code, is_fine, 'areas' as dimension, count(*) as c
    from cells where child_code is not null
    group by cell_number, area_level, category_code, period_code, is_fine, child_code
    union all
    select cell_number, area_level, category_code, period_code, is_fine, 'channels', count(*)
    from cells where channel_number is not null
    group by cell_number, area_level, category_code, period_code, is_fine, channel_number
),

-- pairs of tickets, and pairs that share the part: their ratio is Simpson's concentration without bias
final as (
    select
        cell_number, area_level, category_code, period_code, is_fine, dimension,
        cast(sum(c * (c - 1)) as double) as same_pairs,
        cast(sum(c) * (sum(c) - 1) as double) as pairs
    from counted
    group by cell_number, area_level, category_code, period_code, is_fine, dimension
    having not is_fine or sum(c) > 1
)

select * from final
