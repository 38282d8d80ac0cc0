{{ config(materialized='view') }}

-- the days of each period's cohort; a week's cohort reaches back further than the week
with days as (
    select
        calendar.date_on, periods.period_type, periods.period_start_on, periods.judged_at, periods.judged_on,
        periods.is_shown, periods.is_fine_shown
    from {{ ref('int_scored_periods') }} as periods
    inner join {{ ref('dim_calendar') }} as calendar on calendar.date_on between periods.cohort_start_on and periods.period_end_on
),

-- difficulty has no goalposts: before the shown periods only the city is needed, for the rates of its categories
placed as (
    select cells.*, days.period_type, days.period_start_on, days.judged_at, days.judged_on, cells.closed_at < days.judged_at as is_closed
    from {{ ref('int_ticket_cells') }} as cells
    inner join days
        on days.date_on = cells.created_on
        and (cells.area_level = 'city' or (days.is_shown and (days.is_fine_shown or not cells.is_fine)))
    left join {{ ref('int_cell_sums') }} as sums
        on sums.area_key = cells.area_key and sums.category_key = cells.category_key
        and sums.period_type = days.period_type and sums.period_start_on = days.period_start_on
    where cells.area_level = 'city' or sums.is_scored
),

-- what was known at the period's end
final as (
    select
        placed.area_key, placed.area_level, placed.category_key, placed.category_level, placed.period_type, placed.period_start_on, placed.ticket_key,
        placed.is_closed, placed.is_extended, coalesce(placed.is_lawfully_ended and placed.is_closed, false) as is_lawfully_ended,
        {{ hours_between('placed.created_at', 'least(placed.closed_at, placed.judged_at)') }} / nullif(placed.limit_hours, 0) as limits_elapsed,
        placed.is_joint,
        case when placed.is_closed then placed.transfer_count end as transfer_count,
        case when placed.is_closed then placed.redo_count > 0 end as is_redone,
        case when placed.is_closed then not placed.is_solved end as is_unsolved,
        case when recurrences.ticket_key is not null and placed.is_closed
            then coalesce(recurrences.recurred_on <= placed.judged_on, false) end as is_recurred
    from placed
    left join {{ ref('int_ticket_recurrences') }} as recurrences using (ticket_key)
    -- merged, void and withdrawn tickets have no outcome, from the day they were; and how long it took is not known where the end lies before the start
    where not (placed.is_removed and coalesce(placed.is_closed, true))
        and (placed.closed_at is null or placed.elapsed_hours is not null)
)

select * from final
