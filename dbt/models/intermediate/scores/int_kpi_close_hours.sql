with closures as (
    select tickets.*, periods.period_type, periods.period_start_on
    from {{ ref('fct_tickets') }} as tickets
    inner join {{ ref('int_calendar_periods') }} as calendar on calendar.date_on = tickets.closed_on
    inner join {{ ref('int_kpi_periods') }} as periods using (period_type, period_start_on)
    where tickets.is_demand and not tickets.is_removed
),

summed as (
    select
        period_type, period_start_on, {{ kpi_cell_columns() }},
        {{ quantile('elapsed_hours', 0.5) }} as median_close_hours, count(*) as closures
    from closures
    group by {{ kpi_grouping_sets(['period_type', 'period_start_on']) }}
),

final as (
    select * from summed where area_key is not null and category_key is not null and (is_unit_cell = 0 or unit is not null)
)

select * from final
