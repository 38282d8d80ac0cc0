with span as (
    select * from {{ ref('int_spine_span') }}
),

periods as (
    select distinct
        calendar.period_type, calendar.period_start_on, calendar.period_end_on,
        calendar.period_end_on <= span.last_on and calendar.period_start_on >= span.data_first_on as is_complete
    from {{ ref('int_calendar_periods') }} as calendar
    inner join span
        on calendar.date_on between span.first_on and span.last_on
        and (calendar.period_start_on >= span.first_on or span.first_on = span.data_first_on)
),

counted as (
    select
        cells.area_key, cells.category_key, calendar.period_type, calendar.period_start_on, sum(cells.reports) as reports
    from {{ ref('int_daily_cells') }} as cells
    inner join {{ ref('int_calendar_periods') }} as calendar using (date_on)
    group by cells.area_key, cells.category_key, calendar.period_type, calendar.period_start_on
),

final as (
    select
        pairs.area_key, pairs.area_level, pairs.category_key, pairs.category_level,
        periods.period_type, periods.period_start_on, periods.period_end_on, periods.is_complete,
        cast(coalesce(counted.reports, 0) as bigint) as reports
    from {{ ref('int_spine_pairs') }} as pairs
    inner join periods on periods.period_end_on >= pairs.first_on
    left join counted using (area_key, category_key, period_type, period_start_on)
)

select * from final
