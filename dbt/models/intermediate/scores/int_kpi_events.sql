{{ config(materialized='view') }}
{% set dims = 'district_key, street_key, category_l1_key, category_l2_key, unit' %}
{% set answers = [('satisfied_share', 'satisfaction'), ('satisfied_speed_share', 'rating_speed'), ('satisfied_effect_share', 'rating_effect'),
    ('satisfied_attitude_share', 'rating_attitude'), ('satisfied_feedback_share', 'rating_feedback')] %}
{% set told = [('solved_share', 'is_solved'), ('contacted_share', 'is_contacted'), ('lawfully_ended_share', 'is_lawfully_ended')] %}

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

ended as (
    select * from tickets where closed_on is not null
),

final as (
    select 'reports' as kpi_code, created_on as event_on, {{ dims }}, 1.0 as numerator, 1.0 as denominator from tickets
    union all
    select 'on_time_share', due_on, {{ dims }}, case when closed_at <= due_at then 1 else 0 end, 1
    from clocked where due_at < {{ as_of_at() }} and not is_removed
    union all
    select 'joint_on_time_share', due_on, {{ dims }}, case when closed_at <= due_at then 1 else 0 end, 1
    from clocked where due_at < {{ as_of_at() }} and not is_removed and is_joint
    {% for day in (1, 3) %}
    union all
    select 'closed_{{ day }}d_share', created_on, {{ dims }}, case when closed_at <= day_{{ day }}_at then 1 else 0 end, 1
    from clocked where day_{{ day }}_at <= {{ as_of_at() }} and not is_removed
    {% endfor %}
    union all
    select passed.kpi_code, passed.limit_on, {{ dims }}, case when passed.is_in_time then 1 else 0 end, 1
    from {{ ref('int_clock_limits') }} as passed
    inner join tickets using (ticket_key)
    {% for code, column in answers %}
    union all
    select '{{ code }}', closed_on, {{ dims }},
        case {{ column }} when 'basically_satisfied' then {{ var('partly_satisfied_weight') }} when 'unsatisfied' then 0 else 1 end, 1
    from ended where {{ column }} is not null
    {% endfor %}
    union all
    -- of those who were asked: who gave a valid answer on satisfaction
    select 'answered_share', closed_on, {{ dims }}, case when satisfaction is not null then 1 else 0 end, 1
    from ended where satisfaction is not null or is_followed_up is not null
    {% for code, column in told %}
    union all
    select '{{ code }}', closed_on, {{ dims }}, case when {{ column }} then 1 else 0 end, 1 from ended where {{ column }} is not null
    {% endfor %}
    union all
    select 'redo_share', closed_on, {{ dims }}, case when redo_count > 0 then 1 else 0 end, 1 from ended where redo_count is not null
    union all
    select 'returns_per_case', closed_on, {{ dims }}, return_count, 1 from ended where return_count is not null and not is_removed
    union all
    -- issues, on the day on which their watch ended
    select 'lasting_share', watched_on, {{ dims }}, case when is_lasting then 1 else 0 end, 1 from {{ ref('int_issue_outcomes') }}
    union all
    select 'root_cured_share', watched_on, {{ dims }}, case when is_cured then 1 else 0 end, 1
    from {{ ref('int_issue_outcomes') }} where cell_expected is not null
)

select * from final
