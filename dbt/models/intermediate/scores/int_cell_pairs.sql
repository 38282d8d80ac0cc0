{% set cell = 'area_key, area_level, category_key, period_type, period_start_on' %}

with cells as (
    select cells.area_key, cells.area_level, cells.category_key, cells.is_fine, days.period_type, days.period_start_on, cells.child_key, cells.channel
    from {{ ref('int_ticket_cells') }} as cells
    inner join {{ ref('int_calendar_periods') }} as days on days.date_on = cells.created_on
    inner join {{ ref('int_scored_periods') }} as periods using (period_type, period_start_on)
    where not cells.is_fine or periods.has_fine_cells
),

counted as (
    select {{ cell }}, is_fine, 'areas' as dimension, child_key as part, count(*) as c
    from cells where child_key is not null
    group by {{ cell }}, is_fine, child_key
    union all
    select {{ cell }}, is_fine, 'channels', channel, count(*)
    from cells where channel is not null
    group by {{ cell }}, is_fine, channel
),

-- pairs of tickets, and pairs that share the part: their ratio is Simpson's concentration without bias
summed as (
    select
        {{ cell }}, is_fine, dimension,
        cast(sum(c * (c - 1)) as double) as same_pairs,
        cast(sum(c) * (sum(c) - 1) as double) as pairs
    from counted
    group by {{ cell }}, is_fine, dimension
    having not is_fine or sum(c) > 1
),

-- the category-wide value over all areas of the level: of the year up to the period; of fine cells, of which no year is kept, in the period
yearly as (
    select
        area_level, category_key, period_type, period_start_on, dimension,
        case when is_fine then sum(same_pairs) else sum(sum(same_pairs)) over last_year end
        / nullif(case when is_fine then sum(pairs) else sum(sum(pairs)) over last_year end, 0) as usual_concentration
    from summed
    group by area_level, category_key, period_type, period_start_on, dimension, is_fine
    window last_year as (
        partition by area_level, category_key, period_type, dimension
        order by {{ day_number('period_start_on') }} range between 364 preceding and current row
    )
),

final as (
    select
        summed.*,
        yearly.usual_concentration,
        1 / nullif(
            (summed.same_pairs + {{ rule('breadth', 'shrink_pairs') }} * yearly.usual_concentration)
            / (summed.pairs + {{ rule('breadth', 'shrink_pairs') }}), 0
        ) as effective_parts
    from summed
    inner join yearly using (area_level, category_key, period_type, period_start_on, dimension)
    inner join {{ ref('int_cell_sums') }} as sums using (area_key, category_key, period_type, period_start_on)
    where sums.is_scored
)

select * from final
