with span as (
    select
        last_on,
        data_first_on,
        {{ shown_from_on(var('score_months')) }} as shown_from_on,
        {{ shown_from_on(var('component_months')) }} as components_from_on,
        {{ shown_from_on(var('fine_months')) }} as fine_from_on
    from {{ ref('int_spine_span') }}
),

-- the shown periods and the calendar year before the first of them, which gives its goalposts
periods as (
    select distinct
        calendar.period_type, calendar.period_start_on, calendar.period_end_on, span.last_on, span.data_first_on,
        least(calendar.period_end_on, span.last_on) as judged_on,
        calendar.period_start_on >= span.shown_from_on as is_shown,
        calendar.period_start_on >= span.components_from_on as has_components_shown,
        calendar.period_start_on >= span.fine_from_on as is_fine_shown,
        cast(extract(year from calendar.period_start_on) as integer) as period_year
    from {{ ref('int_calendar_periods') }} as calendar
    inner join span
        on calendar.period_start_on <= span.last_on
        and calendar.date_on >= span.data_first_on
        and calendar.period_start_on >= {{ scored_from_on() }}
),

-- years whose goalposts of fine cells are not frozen yet: their reference is read once, all months and every fourth week
unfrozen_years as (
    select distinct period_year as score_year
    from periods
    where is_fine_shown
        and period_year not in (select score_year from {{ source('rulebook', 'goalposts') }} where area_level = 'community' and frozen_as_of is not null)
),

sampled as (
    select
        *,
        (period_type = 'month' or mod({{ day_number('period_start_on') }}, 28) = 4)
        and (
            period_year in (select score_year - 1 from unfrozen_years)
            or (
                period_start_on < data_first_on + interval '12' month
                and extract(year from data_first_on - interval '7' day) >= (select min(score_year) - 1 from unfrozen_years)
            )
        ) as is_fine_reference
    from periods
),

-- each period is judged as of its own end, and again only where something new is known of it
final as (
    select
        sampled.period_type, sampled.period_start_on, sampled.period_end_on, sampled.judged_on, sampled.is_shown, sampled.has_components_shown,
        sampled.is_fine_shown, sampled.is_fine_shown or coalesce(sampled.is_fine_reference, false) as has_fine_cells,
        sampled.judged_on = sampled.period_end_on as is_complete,
        calendar.ends_at as judged_at,
        case
            when sampled.period_type = 'week' then cast(sampled.period_end_on - cast({{ rule('difficulty', 'week_cohort_days') }} - 1 as integer) * interval '1' day as date)
            else sampled.period_start_on
        end as cohort_start_on,
        ({{ dbt.datediff('sampled.period_start_on', 'sampled.judged_on', 'day') }} + 1) / 7.0 as weeks,
        cast(row_number() over (order by sampled.period_type, sampled.period_start_on) as integer) as period_code
    from sampled
    inner join {{ ref('dim_calendar') }} as calendar on calendar.date_on = sampled.judged_on
    where not {{ stands('sampled.period_end_on') }}
)

select * from final
