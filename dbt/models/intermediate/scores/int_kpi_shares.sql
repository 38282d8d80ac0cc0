with events as (
    select events.*, periods.period_type, periods.period_start_on
    from {{ ref('int_kpi_events') }} as events
    inner join {{ ref('int_calendar_periods') }} as calendar on calendar.date_on = events.event_on
    inner join {{ ref('int_kpi_periods') }} as periods using (period_type, period_start_on)
),

summed as (
    select
        period_type, period_start_on, kpi_code,
        {{ kpi_cell_columns() }},
        sum(numerator) as numerator, sum(denominator) as denominator
    from events
    group by {{ kpi_grouping_sets(['period_type', 'period_start_on', 'kpi_code']) }}
),

final as (
    select * from summed where area_key is not null and category_key is not null and (is_unit_cell = 0 or unit is not null)
)

select * from final
