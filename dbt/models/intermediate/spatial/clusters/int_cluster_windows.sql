-- clusters are judged at each week's end and at the end of the as-of day
with history as (
    select min(created_on) as first_on from {{ ref('int_grid_days') }}
),

ends as (
    select cast(week_start_on + interval '6' day as date) as judged_on, week_start_on from {{ ref('dim_calendar') }}
    where date_on = cast(week_start_on + interval '6' day as date)
        and date_on < {{ as_of_on() }}
        and date_on > {{ as_of_on() }} - cast(7 * {{ rule('spatial_cluster', 'history_weeks') }} as integer) * interval '1' day
    union all
    select date_on, week_start_on from {{ ref('dim_calendar') }} where date_on = {{ as_of_on() }}
),

windows as (
    select
        ends.judged_on, ends.week_start_on, history.first_on,
        cast(ends.judged_on - cast({{ rule('spatial_cluster', 'window_days') }} - 1 as integer) * interval '1' day as date) as window_start_on
    from ends
    cross join history
    where ends.judged_on >= history.first_on
),

final as (
    select
        judged_on, week_start_on, window_start_on,
        row_number() over (order by judged_on) as position,
        least({{ dbt.datediff('first_on', 'window_start_on', 'day') }}, {{ rule('spatial_cluster', 'base_days') }}) as base_days
    from windows
)

select * from final
