with span as (
    select
        last_on,
        data_first_on,
        cast({{ dbt.date_trunc('month', "last_on - interval '" ~ (var('score_months') - 1) ~ "' month") }} as date) as shown_from_on,
        cast({{ dbt.date_trunc('month', "last_on - interval '" ~ (var('component_months') - 1) ~ "' month") }} as date) as components_from_on
    from {{ ref('int_spine_span') }}
),

-- the shown periods and the calendar year before the first of them, which gives its goalposts
periods as (
    select distinct
        calendar.period_type, calendar.period_start_on, calendar.period_end_on, span.last_on,
        least(calendar.period_end_on, span.last_on) as judged_on,
        calendar.period_start_on >= span.shown_from_on as is_shown,
        calendar.period_start_on >= span.components_from_on as has_components_shown
    from {{ ref('int_calendar_periods') }} as calendar
    inner join span
        on calendar.period_start_on <= span.last_on
        and calendar.date_on >= span.data_first_on
        and calendar.period_start_on >= cast({{ dbt.date_trunc('year', "shown_from_on - interval '1' year") }} as date)
),

-- each period is judged as of its own end
final as (
    select
        periods.period_type, periods.period_start_on, periods.period_end_on, periods.judged_on, periods.is_shown, periods.has_components_shown,
        periods.judged_on = periods.period_end_on as is_complete,
        calendar.ends_at as judged_at,
        case
            when periods.period_type = 'week' then cast(periods.period_end_on - cast({{ rule('difficulty', 'week_cohort_days') }} - 1 as integer) * interval '1' day as date)
            else periods.period_start_on
        end as cohort_start_on,
        ({{ dbt.datediff('periods.period_start_on', 'periods.judged_on', 'day') }} + 1) / 7.0 as weeks
    from periods
    inner join {{ ref('dim_calendar') }} as calendar on calendar.date_on = periods.judged_on
)

select * from final
