{% set steps = rule_constant('difficulty', 'steps') %}
{% set tau = rule_constant('difficulty', 'tau') %}
{% set z = 1.959963984540054 %}

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

{% set by_time = 'over (partition by cell_number order by limits_watched rows unbounded preceding)' %}

-- all tickets, and beside them those that were neither extended nor suspended, where some were and enough are left
watched as (
    select
        steps.*, clocked_tickets, clocked_closures, not_extended_tickets,
        clocked_tickets + leaving - sum(leaving) {{ by_time }} as at_risk,
        not_extended_tickets + plain_leaving - sum(plain_leaving) {{ by_time }} as plain_at_risk,
        not_extended_tickets < clocked_tickets
            and not_extended_tickets >= {{ rule('difficulty', 'min_tickets') }} and not_extended_closures >= {{ rule('difficulty', 'min_closures') }} as is_told_plain
    from steps
    inner join eligible using (cell_number)
),

curve as (
    select
        *,
        {{ still_open('closures', 'at_risk', 'cell_number', 'limits_watched') }} as still_open,
        {{ greenwood('closures', 'at_risk', 'cell_number', 'limits_watched') }} as greenwood,
        {{ still_open('plain_closures', 'plain_at_risk', 'cell_number', 'limits_watched') }} as plain_still_open,
        least(limits_watched, {{ tau }}) as this_step,
        least(coalesce(lead(limits_watched) over (partition by cell_number order by limits_watched), {{ tau }}), {{ tau }}) as next_step
    from watched
),

-- the area under the curve up to tau; before the first step everything is open. S falls and Greenwood's sum grows: both are at the limit what
-- they were at the last step up to it. Nobody followed up to the limit: not known
measured as (
    select
        cell_number, max(clocked_tickets) as tickets, max(clocked_closures) as closures,
        max(not_extended_tickets) as plain_tickets, bool_and(is_told_plain) as is_told_plain,
        max(limits_watched) >= 1 as is_followed, max(case when plain_leaving > 0 then limits_watched end) >= 1 as is_plain_followed,
        min(this_step) + sum(still_open * (next_step - this_step)) as area, coalesce(min(case when limits_watched <= 1 then still_open end), 1) as at_limit,
        sqrt(coalesce(max(case when limits_watched <= 1 then greenwood end), 0)) as relative_error,
        min(this_step) + sum(plain_still_open * (next_step - this_step)) as plain_area, coalesce(min(case when limits_watched <= 1 then plain_still_open end), 1) as plain_at_limit
    from curve
    group by cell_number
),

final as (
    select
        areas.area_key, categories.category_key, periods.period_type, periods.period_start_on, cell_number,
        tickets, closures, case when is_followed then area end as restricted_mean_limits, case when is_followed then at_limit end as open_at_limit_share,
        case when is_followed then greatest(at_limit - {{ z }} * at_limit * relative_error, 0) end as open_at_limit_lower_share,
        case when is_followed then least(at_limit + {{ z }} * at_limit * relative_error, 1) end as open_at_limit_upper_share,
        case when is_told_plain then plain_tickets end as tickets_not_extended,
        case when is_told_plain and is_plain_followed then plain_area end as restricted_mean_limits_not_extended,
        case when is_told_plain and is_plain_followed then plain_at_limit end as open_at_limit_share_not_extended
    from measured
    inner join {{ ref('int_cohort_sums') }} as cells using (cell_number)
    inner join {{ ref('int_area_codes') }} as areas using (area_code)
    inner join {{ ref('int_category_codes') }} as categories using (category_code)
    inner join {{ ref('int_scored_periods') }} as periods using (period_code)
)

select * from final
