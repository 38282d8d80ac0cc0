{% set cell = 'area_key, category_key, period_type, period_start_on, scope' %}

with tickets as (
    select area_key, category_key, period_type, period_start_on, is_extended, greatest(limits_elapsed, 0) as limits_elapsed, coalesce(is_closed, false) as is_closed
    from {{ ref('int_cohort_tickets') }}
    -- a case ended by law was not solved in any time
    where limits_elapsed is not null and not is_lawfully_ended
),

eligible as (
    select area_key, category_key, period_type, period_start_on, max(case when is_extended then 1 else 0 end) = 1 as has_extended
    from tickets
    group by area_key, category_key, period_type, period_start_on
    having count(*) >= {{ rule('difficulty', 'min_tickets') }} and sum(case when is_closed then 1 else 0 end) >= {{ rule('difficulty', 'min_closures') }}
),

-- once with all tickets, once without the extended and suspended ones where there are any
scoped as (
    select tickets.*, scopes.scope
    from tickets
    inner join eligible using (area_key, category_key, period_type, period_start_on)
    inner join (values ('all'), ('not_extended')) as scopes (scope)
        on scopes.scope = 'all' or (eligible.has_extended and not tickets.is_extended)
),

steps as (
    select
        {{ cell }}, limits_elapsed,
        sum(case when is_closed then 1 else 0 end) as closures,
        sum(count(*)) over (partition by {{ cell }} order by limits_elapsed desc) as at_risk,
        sum(count(*)) over (partition by {{ cell }}) as tickets,
        sum(sum(case when is_closed then 1 else 0 end)) over (partition by {{ cell }}) as all_closures,
        max(limits_elapsed) over (partition by {{ cell }}) as longest
    from scoped
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
measured as (
    select
        {{ cell }}, max(tickets) as tickets, max(all_closures) as closures,
        case when max(longest) >= 1 then min(this_step) + sum(still_open * (next_step - this_step)) end as restricted_mean_limits,
        case when max(longest) >= 1 then coalesce(min(case when limits_elapsed <= 1 then still_open end), 1) end as open_at_limit_share
    from curve
    group by {{ cell }}
),

final as (
    select
        area_key, category_key, period_type, period_start_on,
        {%- for column in ['tickets', 'closures', 'restricted_mean_limits', 'open_at_limit_share'] %}
        max(case when scope = 'all' then {{ column }} end) as {{ column }},
        max(case when scope = 'not_extended' then {{ column }} end) as {{ column }}_not_extended{{ ',' if not loop.last }}
        {%- endfor %}
    from measured
    group by area_key, category_key, period_type, period_start_on
)

select * from final
where tickets is not null
