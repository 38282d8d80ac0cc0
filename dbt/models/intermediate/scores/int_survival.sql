{% set cell = 'area_key, category_key, period_type, period_start_on' %}

with tickets as (
    select area_key, category_key, period_type, period_start_on, greatest(limits_elapsed, 0) as limits_elapsed, coalesce(is_closed, false) as is_closed
    from {{ ref('int_cohort_tickets') }}
    where limits_elapsed is not null
),

steps as (
    select
        {{ cell }}, limits_elapsed,
        sum(case when is_closed then 1 else 0 end) as closures,
        sum(count(*)) over (partition by {{ cell }} order by limits_elapsed desc) as at_risk,
        sum(count(*)) over (partition by {{ cell }}) as tickets,
        sum(sum(case when is_closed then 1 else 0 end)) over (partition by {{ cell }}) as all_closures,
        max(limits_elapsed) over (partition by {{ cell }}) as longest
    from tickets
    group by {{ cell }}, limits_elapsed
),

-- Kaplan-Meier: the product of (1 - closures / at risk); a step to zero is a very large negative logarithm
curve as (
    select
        *,
        exp(sum(case when closures >= at_risk then -1e6 else ln(1 - closures / cast(at_risk as double)) end)
            over (partition by {{ cell }} order by limits_elapsed rows unbounded preceding)) as still_open,
        least(coalesce(lead(limits_elapsed) over (partition by {{ cell }} order by limits_elapsed), {{ rule('difficulty', 'tau') }}), {{ rule('difficulty', 'tau') }}) as next_step,
        least(limits_elapsed, {{ rule('difficulty', 'tau') }}) as this_step
    from steps
    where tickets >= {{ rule('difficulty', 'min_tickets') }} and all_closures >= {{ rule('difficulty', 'min_closures') }}
),

-- the area under the curve up to tau; before the first step everything is open. Nobody followed up to the limit: not known
final as (
    select
        {{ cell }}, max(tickets) as tickets, max(all_closures) as closures,
        case when max(longest) >= 1 then min(this_step) + sum(still_open * (next_step - this_step)) end as restricted_mean_limits,
        case when max(longest) >= 1 then coalesce(min(case when limits_elapsed <= 1 then still_open end), 1) end as open_at_limit_share
    from curve
    group by {{ cell }}
)

select * from final
