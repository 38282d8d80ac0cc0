with span as (
    select last_on from {{ ref('int_spine_span') }}
),

-- the shown periods and the year before them, for the comparison
listed as (
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
),

-- a closure or answer counts for the day of the report up to three days later, a recurrence up to recurrence.days after the closure
judged as (
    select
        *,
        not {{ stands("period_end_on + interval '3' day") }} as is_new,
        period_type = 'month' and not {{ stands("period_end_on + interval '" ~ rule_constant('recurrence', 'days') ~ "' day") }} as is_followed
    from listed
),
{% set published = source('published', 'mart_kpis') %}
-- those that are compared with, where the last publication does not show them
compared as (
    {% if var('standing_until') -%}
    select period_type, previous_start_on as period_start_on from judged where is_new or is_followed
    union
    select period_type, year_ago_start_on from judged where is_new or is_followed
    except
    select distinct period_type, period_start_on from {{ published }}
    {%- else -%}
    select period_type, period_start_on from judged
    {%- endif %}
),

final as (
    select
        judged.period_type, judged.period_start_on, judged.period_end_on, judged.is_shown,
        judged.previous_start_on, judged.year_ago_start_on, judged.year_ago_end_on,
        judged.is_new or compared.period_start_on is not null as is_counted,
        judged.is_followed or compared.period_start_on is not null as is_followed
    from judged
    left join compared using (period_type, period_start_on)
)

select * from final
