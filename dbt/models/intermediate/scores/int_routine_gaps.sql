{% set groups = ['routine', 'hot'] %}

with watched as (
    select
        *,
        {%- for name in groups %}
        {{ at_risk(name ~ '_leaving', 'area_key', 'hours') }} as {{ name }}_at_risk{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_routine_steps') }}
),

-- log-rank: at each hour the closures that routine would have, were both groups served alike, and their variance
curves as (
    select
        *,
        {%- for name in groups %}
        {{ still_open(name ~ '_closures', name ~ '_at_risk', 'area_key', 'hours') }} as {{ name }}_open,
        {%- endfor %}
        (routine_closures + hot_closures) * cast(routine_at_risk as double) / (routine_at_risk + hot_at_risk) as routine_expected,
        case when routine_at_risk + hot_at_risk > 1 then
            (routine_closures + hot_closures) * cast(routine_at_risk as double) * hot_at_risk * (routine_at_risk + hot_at_risk - routine_closures - hot_closures)
            / (cast(routine_at_risk + hot_at_risk as double) * (routine_at_risk + hot_at_risk) * (routine_at_risk + hot_at_risk - 1))
        else 0 end as variance
    from watched
),

-- the median: the first hour at which at most half are open; 1e-9 for the rounding of logarithms
summed as (
    select
        area_key, area_level,
        {%- for name in groups %}
        sum({{ name }}_leaving) as {{ name }}_tickets, sum({{ name }}_closures) as {{ name }}_closures,
        min(case when {{ name }}_open <= 0.5 + 1e-9 then hours end) / 24.0 as {{ name }}_days,
        max(case when {{ name }}_leaving > 0 then hours end) / 24.0 as {{ name }}_watched_days,
        {%- endfor %}
        sum(routine_expected) as routine_expected_closures,
        power(sum(routine_closures) - sum(routine_expected), 2) / nullif(sum(variance), 0) as logrank_chi2
    from curves
    group by area_key, area_level
),

judged as (
    select
        *,
        {% for name in groups %}{{ name }}_tickets >= {{ rule('difficulty', 'min_tickets') }} and {{ name }}_closures >= {{ rule('difficulty', 'min_closures') }}{{ ' and ' if not loop.last }}{% endfor %} as is_shown
    from summed
),

-- a median that is not reached is longer than the longest watch
final as (
    select
        area_key, area_level,
        {%- for name in groups %}
        {{ name }}_tickets, {{ name }}_closures,
        case when is_shown then {{ name }}_days end as {{ name }}_median_days,
        case when is_shown and {{ name }}_days is null then {{ name }}_watched_days end as {{ name }}_over_days,
        {%- endfor %}
        case when is_shown then routine_days / nullif(hot_days, 0) end as routine_gap_ratio,
        case when is_shown then routine_days - hot_days end as routine_gap_days,
        routine_expected_closures,
        case when is_shown then logrank_chi2 end as logrank_chi2,
        case when is_shown and logrank_chi2 is not null then {{ two_sided_p('sqrt(logrank_chi2)') }} end as p_value
    from judged
)

select * from final
