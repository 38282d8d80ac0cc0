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
summed as (
    select
        cell_number, area_level, category_code, period_code, is_fine, dimension,
        cast(sum(c * (c - 1)) as double) as same_pairs,
        cast(sum(c) * (sum(c) - 1) as double) as pairs
    from counted
    group by cell_number, area_level, category_code, period_code, is_fine, dimension
    having not is_fine or sum(c) > 1
),

-- the category-wide value over all areas of the level: of the year up to the period; of fine cells, of which no year is kept, in the period
yearly as (
    select
        summed.area_level, summed.category_code, summed.period_code, summed.dimension,
        case when summed.is_fine then sum(summed.same_pairs) else sum(sum(summed.same_pairs)) over last_year end
        / nullif(case when summed.is_fine then sum(summed.pairs) else sum(sum(summed.pairs)) over last_year end, 0) as usual_concentration
    from summed
    inner join {{ ref('int_scored_periods') }} as periods using (period_code)
    group by summed.area_level, summed.category_code, summed.period_code, summed.dimension, summed.is_fine, periods.period_type, periods.period_start_on
    window last_year as (
        partition by summed.area_level, summed.category_code, periods.period_type, summed.dimension
        order by {{ day_number('periods.period_start_on') }} range between 364 preceding and current row
    )
),

final as (
    select
        summed.cell_number, sums.area_key, sums.area_level, sums.category_key, sums.period_type, sums.period_start_on,
        summed.is_fine, summed.dimension, summed.same_pairs, summed.pairs,
        yearly.usual_concentration,
        1 / nullif(
            (summed.same_pairs + {{ rule('breadth', 'shrink_pairs') }} * yearly.usual_concentration)
            / (summed.pairs + {{ rule('breadth', 'shrink_pairs') }}), 0
        ) as effective_parts
    from summed
    inner join yearly using (area_level, category_code, period_code, dimension)
    inner join {{ ref('int_cell_sums') }} as sums using (cell_number)
    where sums.is_scored
)

select * from final
