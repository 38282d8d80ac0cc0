with events as (
    select events.*, periods.period_type, periods.period_start_on
    from {{ ref('int_kpi_events') }} as events
    inner join {{ ref('int_calendar_periods') }} as calendar on calendar.date_on = events.event_on
    inner join {{ ref('int_kpi_periods') }} as periods using (period_type, period_start_on)
    where periods.is_counted
),

final as (
    select
        period_type, period_start_on, kpi_code, district_key, street_key, category_l1_key, category_l2_key, unit,
        cast(sum(numerator) as double) as numerator, cast(sum(numerator * numerator) as double) as numerator_squares, cast(sum(denominator) as double) as denominator
    from events
    group by period_type, period_start_on, kpi_code, district_key, street_key, category_l1_key, category_l2_key, unit
)

select * from final
