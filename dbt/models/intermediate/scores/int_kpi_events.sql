{% set dims = 'district_key, category_l1_key, category_l2_key, unit' %}

-- one row per ticket and indicator that it counts in, on the day that decides the period
with tickets as (
    select *, created_at + interval '24' hour as day_1_at, created_at + interval '72' hour as day_3_at
    from {{ ref('fct_tickets') }}
    where is_demand
),

-- how long it took is not known where the end is said to lie before the start
clocked as (
    select * from tickets where closed_at is null or elapsed_hours is not null
),

limits as (
    select
        *,
        case satisfaction when 'basically_satisfied' then {{ var('partly_satisfied_weight') }} when 'unsatisfied' then 0 else 1 end as satisfied_value
    from tickets
),

final as (
    select 'reports' as kpi_code, created_on as event_on, {{ dims }}, 1.0 as numerator, 1.0 as denominator from limits
    union all
    select 'on_time_share', due_on, {{ dims }}, case when closed_at <= due_at then 1 else 0 end, 1
    from clocked where due_at < {{ as_of_at() }} and not is_removed
    union all
    select 'joint_on_time_share', due_on, {{ dims }}, case when closed_at <= due_at then 1 else 0 end, 1
    from clocked where due_at < {{ as_of_at() }} and not is_removed and is_joint
    union all
    select 'closed_1d_share', created_on, {{ dims }}, case when closed_at <= day_1_at then 1 else 0 end, 1
    from clocked where day_1_at <= {{ as_of_at() }} and not is_removed
    union all
    select 'closed_3d_share', created_on, {{ dims }}, case when closed_at <= day_3_at then 1 else 0 end, 1
    from clocked where day_3_at <= {{ as_of_at() }} and not is_removed
    union all
    select passed.kpi_code, passed.limit_on, {{ dims }}, case when passed.is_in_time then 1 else 0 end, 1
    from {{ ref('int_clock_limits') }} as passed
    inner join limits using (ticket_key)
    union all
    select 'satisfied_share', closed_on, {{ dims }}, satisfied_value, 1 from limits where satisfaction is not null and closed_on is not null
    union all
    select 'solved_share', closed_on, {{ dims }}, case when is_solved then 1 else 0 end, 1 from limits where is_solved is not null and closed_on is not null
    union all
    select 'contacted_share', closed_on, {{ dims }}, case when is_contacted then 1 else 0 end, 1 from limits where is_contacted is not null and closed_on is not null
    union all
    select 'redo_share', closed_on, {{ dims }}, case when redo_count > 0 then 1 else 0 end, 1 from limits where redo_count is not null and closed_on is not null
)

select * from final
