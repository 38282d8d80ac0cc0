{% set steps = rule_constant('difficulty', 'steps') %}
{% set tau = rule_constant('difficulty', 'tau') %}

with eligible as (
    select cell_number, clocked_tickets, clocked_closures, not_extended_tickets, not_extended_closures
    from {{ ref('int_cohort_sums') }}
    where clocked_tickets >= {{ rule('difficulty', 'min_tickets') }} and clocked_closures >= {{ rule('difficulty', 'min_closures') }}
),

-- a case ended by law was not solved in any time. Each time as it is; in cells of many tickets in steps of a limit, rounded up
timed as (
    select
        tickets.cell_number, tickets.is_closed, tickets.is_extended,
        case
            when eligible.clocked_tickets > {{ rule('difficulty', 'exact_tickets') }} then ceil(round(tickets.limits_watched * {{ steps }}, 6)) / {{ steps }}
            else tickets.limits_watched
        end as limits_watched
    from {{ ref('int_cohort_tickets') }} as tickets
    inner join eligible using (cell_number)
    where tickets.limits_watched is not null
),

steps as (
    select
        cell_number, limits_watched,
        count(*) as leaving, sum(case when is_closed then 1 else 0 end) as closures,
        sum(case when not is_extended then 1 else 0 end) as plain_leaving,
        sum(case when is_closed and not is_extended then 1 else 0 end) as plain_closures
    from timed
    group by cell_number, limits_watched
),

-- once with all tickets, once without the extended and suspended ones where there are any
scoped as (
    select cell_number, true as is_all, limits_watched, leaving, closures, clocked_tickets as tickets, clocked_closures as all_closures
    from steps
    inner join eligible using (cell_number)
    union all
    select cell_number, false, limits_watched, plain_leaving, plain_closures, not_extended_tickets, not_extended_closures
    from steps
    inner join eligible using (cell_number)
    where plain_leaving > 0 and not_extended_tickets < clocked_tickets
        and not_extended_tickets >= {{ rule('difficulty', 'min_tickets') }} and not_extended_closures >= {{ rule('difficulty', 'min_closures') }}
),

watched as (
    select
        *,
        tickets + leaving - sum(leaving) over (partition by cell_number, is_all order by limits_watched rows unbounded preceding) as at_risk
    from scoped
),

-- Kaplan-Meier: the product of (1 - closures / at risk); a step to zero is a very large negative logarithm
curve as (
    select
        *,
        exp(sum(case when closures >= at_risk then -1e6 else ln(1 - closures / cast(at_risk as double)) end)
            over (partition by cell_number, is_all order by limits_watched rows unbounded preceding)) as still_open,
        least(coalesce(lead(limits_watched) over (partition by cell_number, is_all order by limits_watched), {{ tau }}), {{ tau }}) as next_step,
        least(limits_watched, {{ tau }}) as this_step
    from watched
),

-- the area under the curve up to tau; before the first step everything is open. Nobody followed up to the limit: not known
measured as (
    select
        cell_number, is_all, max(tickets) as tickets, max(all_closures) as closures,
        case when max(limits_watched) >= 1 then min(this_step) + sum(still_open * (next_step - this_step)) end as restricted_mean_limits,
        case when max(limits_watched) >= 1 then coalesce(min(case when limits_watched <= 1 then still_open end), 1) end as open_at_limit_share
    from curve
    group by cell_number, is_all
),

scopes as (
    select
        cell_number,
        {%- for column in ['tickets', 'closures', 'restricted_mean_limits', 'open_at_limit_share'] %}
        max(case when is_all then {{ column }} end) as {{ column }},
        max(case when not is_all then {{ column }} end) as {{ column }}_not_extended{{ ',' if not loop.last }}
        {%- endfor %}
    from measured
    group by cell_number
),

final as (
    select areas.area_key, categories.category_key, periods.period_type, periods.period_start_on, scopes.*
    from scopes
    inner join {{ ref('int_cohort_sums') }} as cells using (cell_number)
    inner join {{ ref('int_area_codes') }} as areas using (area_code)
    inner join {{ ref('int_category_codes') }} as categories using (category_code)
    inner join {{ ref('int_scored_periods') }} as periods using (period_code)
)

select * from final
