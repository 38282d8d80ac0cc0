with span as (
    select last_on from {{ ref('int_spine_span') }}
),

-- the shown periods and the year before them, for the comparison
final as (
    select distinct
        calendar.period_type, calendar.period_start_on, calendar.period_end_on,
        case calendar.period_type
            when 'week' then calendar.period_start_on > span.last_on - interval '{{ 7 * var('kpi_weeks') }}' day
            else calendar.period_start_on > span.last_on - interval '{{ var('score_months') }}' month
        end as is_shown,
        cast(case calendar.period_type when 'week' then calendar.period_start_on - interval '7' day else calendar.period_start_on - interval '1' month end as date) as previous_start_on,
        cast(case calendar.period_type when 'week' then calendar.period_start_on - interval '364' day else calendar.period_start_on - interval '12' month end as date) as year_ago_start_on,
        cast(case calendar.period_type when 'week' then calendar.period_start_on - interval '358' day else calendar.period_start_on - interval '11' month - interval '1' day end as date) as year_ago_end_on
    from {{ ref('int_calendar_periods') }} as calendar
    cross join span
    where calendar.period_start_on <= span.last_on
        and calendar.period_start_on > case calendar.period_type
            when 'week' then span.last_on - interval '{{ 7 * (var('kpi_weeks') + 53) }}' day
            else span.last_on - interval '{{ var('score_months') + 13 }}' month
        end
)

select * from final
