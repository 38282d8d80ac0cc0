{{ config(materialized='view') }}
{% set steps = rule_constant('difficulty', 'steps') %}
{% set tau = rule_constant('difficulty', 'tau') %}

-- the days of each period's cohort; a week's cohort reaches back further than the week
with days as (
    select
        calendar.date_on, periods.period_code, periods.judged_at, periods.judged_on, periods.is_shown, periods.is_fine_shown
    from {{ ref('int_scored_periods') }} as periods
    inner join {{ ref('dim_calendar') }} as calendar on calendar.date_on between periods.cohort_start_on and periods.period_end_on
),

scored as (
    select cell_number from {{ ref('int_cell_sums') }} where is_scored
),

-- difficulty has no goalposts: before the shown periods only the city is needed, for the rates of its categories
placed as (
    select
        cells.*, days.period_code, days.judged_at, days.judged_on, cells.closed_at < days.judged_at as is_closed,
        {{ cell_number('cells.area_code', 'cells.category_code', 'days.period_code') }} as cell_number
    from {{ ref('int_ticket_cells') }} as cells
    inner join days
        on days.date_on = cells.created_on
        and (cells.area_level = 'city' or (days.is_shown and (days.is_fine_shown or not cells.is_fine)))
),

-- what was known at the period's end; nobody asks what came long after tau
known as (
    select
        placed.cell_number, placed.area_code, placed.category_code, placed.period_code, placed.ticket_key,
        placed.is_closed, coalesce(placed.is_closed, true) and placed.is_extended as is_extended, coalesce(placed.is_lawfully_ended and placed.is_closed, false) as is_lawfully_ended,
        {{ hours_between('placed.created_at', 'least(placed.closed_at, placed.judged_at)') }} / nullif(placed.limit_hours, 0) as limits_elapsed,
        placed.is_joint,
        case when placed.is_closed then placed.transfer_count end as transfer_count,
        case when placed.is_closed then placed.redo_count > 0 end as is_redone,
        case when placed.is_closed then not placed.is_solved end as is_unsolved,
        case when placed.is_watched_for_recurrence and placed.is_closed
            then coalesce(placed.recurred_on <= placed.judged_on, false) end as is_recurred
    from placed
    left join scored using (cell_number)
    -- merged, void and withdrawn tickets have no outcome, from the day they were; and how long it took is not known where the end lies before the start
    where (placed.area_level = 'city' or scored.cell_number is not null)
        and not (placed.is_removed and coalesce(placed.is_closed, true))
        and (placed.closed_at is null or placed.elapsed_hours is not null)
),

final as (
    select
        *,
        case when not is_lawfully_ended and limits_elapsed is not null
            then least(greatest(limits_elapsed, 0), {{ tau }} + 1.0 / {{ steps }}) end as limits_watched
    from known
)

select * from final
