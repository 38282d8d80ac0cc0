with gaps as (
    select * from {{ ref('int_routine_gaps') }}
),

final as (
    select
        area_key, area_level,
        {% for name in ['routine_tickets', 'routine_closures', 'hot_tickets', 'hot_closures'] %}cast({{ name }} as bigint) as {{ name }}, {% endfor %}
        round(routine_median_days, 4) as routine_median_days, round(routine_over_days, 4) as routine_over_days,
        round(hot_median_days, 4) as hot_median_days, round(hot_over_days, 4) as hot_over_days,
        round(routine_gap_ratio, 4) as routine_gap_ratio, round(routine_gap_days, 4) as routine_gap_days,
        round(routine_expected_closures, 4) as routine_expected_closures, round(logrank_chi2, 4) as logrank_chi2, round(p_value, 6) as p_value
    from gaps
)

select * from final
