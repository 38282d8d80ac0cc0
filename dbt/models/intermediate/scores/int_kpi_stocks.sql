with tickets as (
    select * from {{ ref('fct_tickets') }} where is_demand and not is_removed
),

-- a ticket enters the stock on the day it comes in (or falls overdue) and leaves it on the day it is closed
moves as (
    select 'open_count' as kpi_code, created_on as moved_on, district_key, street_key, category_l1_key, category_l2_key, unit, 1 as step from tickets
    union all
    select 'open_count', closed_on, district_key, street_key, category_l1_key, category_l2_key, unit, -1 from tickets where closed_on is not null
    union all
    select 'overdue_count', due_on, district_key, street_key, category_l1_key, category_l2_key, unit, 1 from tickets where is_overdue
    union all
    select 'overdue_count', closed_on, district_key, street_key, category_l1_key, category_l2_key, unit, -1 from tickets where is_overdue and closed_on is not null
),

daily as (
    select kpi_code, moved_on, {{ kpi_cell_columns() }}, sum(step) as step
    from moves
    group by {{ kpi_grouping_sets(['kpi_code', 'moved_on']) }}
),

running as (
    select
        kpi_code, moved_on, area_key, category_key, unit,
        sum(step) over (partition by kpi_code, area_key, category_key, unit order by moved_on rows unbounded preceding) as stock,
        lead(moved_on) over (partition by kpi_code, area_key, category_key, unit order by moved_on) as next_moved_on
    from daily
    where area_key is not null and category_key is not null and (is_unit_cell = 0 or unit is not null)
),

-- a stock that changed again before the first period's end is never looked at
reaching as (
    select * from running
    where next_moved_on is null or next_moved_on > (select min(p.period_end_on) from {{ ref('int_kpi_periods') }} as p where p.is_counted)
),

final as (
    select
        running.kpi_code, periods.period_type, periods.period_start_on, running.area_key, running.category_key, running.unit, running.stock
    from reaching as running
    inner join {{ ref('int_kpi_periods') }} as periods
        on periods.period_end_on >= running.moved_on
        and (running.next_moved_on is null or periods.period_end_on < running.next_moved_on)
    where periods.is_counted
)

select * from final
