with cells as (
    select cells.*, tickets.channel
    from {{ ref('int_ticket_cells') }} as cells
    inner join {{ ref('fct_tickets') }} as tickets using (ticket_key)
    where cells.is_in_period
),

counted as (
    select area_key, area_level, category_key, period_type, period_start_on, 'areas' as dimension, child_key as part, count(*) as c
    from cells where child_key is not null
    group by area_key, area_level, category_key, period_type, period_start_on, child_key
    union all
    select area_key, area_level, category_key, period_type, period_start_on, 'channels', channel, count(*)
    from cells where channel is not null
    group by area_key, area_level, category_key, period_type, period_start_on, channel
),

-- pairs of tickets, and pairs that share the part: their ratio is Simpson's concentration without bias
summed as (
    select
        area_key, area_level, category_key, period_type, period_start_on, dimension,
        cast(sum(c * (c - 1)) as double) as same_pairs,
        cast(sum(c) * (sum(c) - 1) as double) as pairs
    from counted
    group by area_key, area_level, category_key, period_type, period_start_on, dimension
),

-- the category-wide value of the year up to the period, over all areas of the level
yearly as (
    select
        area_level, category_key, period_type, period_start_on, dimension,
        sum(sum(same_pairs)) over last_year / nullif(sum(sum(pairs)) over last_year, 0) as usual_concentration
    from summed
    group by area_level, category_key, period_type, period_start_on, dimension
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
)

select * from final
