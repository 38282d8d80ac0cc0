{% set dims = 'district_key, category_l1_key, category_l2_key, unit' %}

-- one row per ticket and indicator that it counts in, on the day that decides the period
with tickets as (
    select *, created_at + interval '24' hour as day_1_at, created_at + interval '72' hour as day_3_at
    from {{ ref('fct_tickets') }}
    where is_demand
),

limits as (
    select
        *,
        case urgency_level when 1 then {{ rule('dispatch_hours', 'urgent') }} when 0.5 then {{ rule('dispatch_hours', 'quick') }}
            else {{ rule('dispatch_hours', 'ordinary') }} end as dispatch_limit_hours,
        case satisfaction when 'basically_satisfied' then {{ var('partly_satisfied_weight') }} when 'unsatisfied' then 0 else 1 end as satisfied_value,
        min(case when dispatched_at is not null then created_on end) over (partition by source) as dispatch_first_on,
        min(case when contacted_at is not null then created_on end) over (partition by source) as contact_first_on
    from tickets
),

-- a source has these two clocks from its first ticket that says when; before, silence means not recorded, after it means not yet
clocks as (
    select
        'dispatch_in_time_share' as kpi_code, {{ dims }}, dispatched_at as done_at,
        coalesce(received_at, created_at) + dispatch_limit_hours * interval '1' hour as limit_at
    from limits
    where not is_removed and created_on >= dispatch_first_on
    union all
    select
        'contacted_24h_share', {{ dims }}, contacted_at,
        dispatched_at + {{ rule('contact_hours', 'all') }} * interval '1' hour
    from limits
    where not is_removed and created_on >= contact_first_on and dispatched_at is not null
),

days as (
    select date_on, ends_at, lag(ends_at) over (order by date_on) as starts_at from {{ ref('dim_calendar') }}
),

-- in the period in which the limit passed, done or not
timed as (
    select clocks.kpi_code, days.date_on, {{ dims }}, case when clocks.done_at <= clocks.limit_at then 1 else 0 end as is_in_time
    from clocks
    inner join days on clocks.limit_at >= days.starts_at and clocks.limit_at < days.ends_at
    where clocks.limit_at < {{ as_of_at() }}
),

final as (
    select 'reports' as kpi_code, created_on as event_on, {{ dims }}, 1.0 as numerator, 1.0 as denominator from limits
    union all
    select 'on_time_share', due_on, {{ dims }}, case when closed_at <= due_at then 1 else 0 end, 1
    from limits where due_at < {{ as_of_at() }} and not is_removed
    union all
    select 'joint_on_time_share', due_on, {{ dims }}, case when closed_at <= due_at then 1 else 0 end, 1
    from limits where due_at < {{ as_of_at() }} and not is_removed and is_joint
    union all
    select 'closed_1d_share', created_on, {{ dims }}, case when closed_at <= day_1_at then 1 else 0 end, 1
    from limits where day_1_at <= {{ as_of_at() }} and not is_removed
    union all
    select 'closed_3d_share', created_on, {{ dims }}, case when closed_at <= day_3_at then 1 else 0 end, 1
    from limits where day_3_at <= {{ as_of_at() }} and not is_removed
    union all
    select kpi_code, date_on, {{ dims }}, is_in_time, 1 from timed
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
