{% set cell = 'period_type, period_start_on, area_key, category_key, unit' %}

with closures as (
    select
        periods.period_type, periods.period_start_on, tickets.district_key, tickets.street_key, tickets.category_l1_key, tickets.category_l2_key, tickets.unit,
        recurrences.recurred_on is not null as is_recurred,
        {{ dbt.datediff('tickets.closed_on', 'least(coalesce(recurrences.recurred_on, ' ~ as_of_on() ~ '), cast(tickets.closed_on + interval \'' ~ rule_constant('recurrence', 'days') ~ '\' day as date))', 'day') }} as followed_days
    from {{ ref('int_ticket_recurrences') }} as recurrences
    inner join {{ ref('fct_tickets') }} as tickets using (ticket_key)
    inner join {{ ref('int_calendar_periods') }} as calendar on calendar.date_on = tickets.closed_on
    inner join {{ ref('int_kpi_periods') }} as periods using (period_type, period_start_on)
    where periods.period_type = 'month' and periods.is_followed
),

stepped as (
    select
        period_type, period_start_on, {{ kpi_cell_columns() }}, followed_days,
        cast(sum(case when is_recurred then 1 else 0 end) as double) as events, cast(count(*) as double) as leaving
    from closures
    group by {{ kpi_grouping_sets(['period_type', 'period_start_on', 'followed_days']) }}
),

survived as (
    select
        {{ cell }}, events, leaving,
        sum(leaving) over (partition by {{ cell }} order by followed_days desc rows unbounded preceding) as at_risk
    from stepped
    where area_key is not null and category_key is not null and (is_unit_cell = 0 or unit is not null)
),

-- 1 - Kaplan-Meier at 90 days; Greenwood's variance
final as (
    select
        {{ cell }},
        1 - exp(sum(case when events >= at_risk then -1e6 else ln(1 - events / at_risk) end)) as recurrence_share,
        exp(sum(case when events >= at_risk then -1e6 else ln(1 - events / at_risk) end))
        * sqrt(sum(case when events >= at_risk then 0 else events / (at_risk * (at_risk - events)) end)) as standard_error,
        sum(events) as recurrences, sum(leaving) as closures
    from survived
    group by {{ cell }}
)

select * from final
