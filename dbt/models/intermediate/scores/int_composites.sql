{% set degrees = ['frequency', 'intensity', 'breadth', 'difficulty'] %}

with weights as (
    select
        period_type, period_start_on, max(weights_version) as weights_version,
        {% for degree in degrees %}max(case when rule_key = '{{ degree }}' then weight end) as {{ degree }}_weight{{ ',' if not loop.last }} {% endfor %}
    from {{ ref('int_degree_weights') }}
    where rule_name = 'degree_weight'
    group by period_type, period_start_on
),

cells as (
    select
        rates.cell_number, rates.area_key, rates.area_level, rates.category_key, rates.category_level, rates.period_type, rates.period_start_on,
        periods.period_end_on, periods.is_complete, rates.reports, rates.expected, rates.is_low_confidence, rates.is_share_of_city
    from {{ ref('int_frequency_rates') }} as rates
    inner join {{ ref('int_scored_periods') }} as periods using (period_type, period_start_on)
    where periods.is_shown and (periods.is_fine_shown or (rates.category_level < 3 and rates.area_level not in ('community', 'estate')))
),

-- silence has no intensity, breadth or difficulty
scored as (
    select
        cells.*, weights.weights_version,
        {% for degree in degrees %}weights.{{ degree }}_weight, {% endfor %}
        round(scores.frequency_score, 4) as frequency_score,
        {%- for degree in degrees[1:] %}
        case when cells.reports > 0 then round(scores.{{ degree }}_score, 4) end as {{ degree }}_score,
        {%- endfor %}
        scores.goalposts_version
    from cells
    inner join weights using (period_type, period_start_on)
    left join {{ ref('int_degree_scores') }} as scores using (cell_number)
),

-- absent degrees give their weight to the others; the share that is present is published
weighed as (
    select
        *,
        {% for degree in degrees %}case when {{ degree }}_score is null then 0 else {{ degree }}_weight end{{ ' + ' if not loop.last }}{% endfor %} as coverage_share,
        {% for degree in degrees %}coalesce({{ degree }}_score * {{ degree }}_weight, 0){{ ' + ' if not loop.last }}{% endfor %} as weighted_sum,
        {% for degree in degrees %}case when {{ degree }}_score is null then ',{{ degree }}' else '' end{{ ' || ' if not loop.last }}{% endfor %} as missing_list
    from scored
),

final as (
    select
        cell_number, area_key, area_level, category_key, category_level, period_type, period_start_on, period_end_on, is_complete, reports, expected,
        {% for degree in degrees %}{{ degree }}_score, {{ degree }}_weight, {% endfor %}
        coverage_share, weights_version, goalposts_version, is_low_confidence, is_share_of_city,
        case when reports > 0 then round(weighted_sum / nullif(coverage_share, 0), 4) end as composite_score,
        nullif(substr(missing_list, 2), '') as missing
    from weighed
)

select * from final
