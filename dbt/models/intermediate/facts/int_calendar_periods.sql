with calendar as (
    select date_on, week_start_on, month_start_on from {{ ref('dim_calendar') }}
),

final as (
    select date_on, 'week' as period_type, week_start_on as period_start_on, cast(week_start_on + interval '6' day as date) as period_end_on
    from calendar
    union all
    select date_on, 'month', month_start_on, {{ dbt.last_day('month_start_on', 'month') }}
    from calendar
)

select * from final
