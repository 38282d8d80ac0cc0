{% set degrees = ['frequency', 'intensity', 'breadth', 'difficulty'] %}

with cells as (
    select
        rates.area_key, rates.area_level, rates.category_key, rates.category_level, rates.period_type, rates.period_start_on,
        periods.period_end_on, periods.is_complete, rates.reports, rates.expected, rates.is_low_confidence, rates.is_share_of_city
    from {{ ref('int_frequency_rates') }} as rates
    inner join {{ ref('int_scored_periods') }} as periods using (period_type, period_start_on)
    where periods.is_shown
),

scored as (
    select
        cells.*,
        case when cells.reports = 0 then 0 else sums.persons end as persons,
        scores.frequency_score,
        {%- for degree in degrees[1:] %}
        case when cells.reports > 0 then scores.{{ degree }}_score end as {{ degree }}_score,
        {%- endfor %}
        scores.goalposts_version
    from cells
    left join {{ ref('int_degree_scores') }} as scores using (area_key, category_key, period_type, period_start_on)
    left join {{ ref('int_cell_sums') }} as sums using (area_key, category_key, period_type, period_start_on)
),

-- absent degrees give their weight to the others; the share that is present is published
weighed as (
    select
        *,
        {% for degree in degrees %}case when {{ degree }}_score is null then 0 else {{ rule('degree_weight', degree) }} end{{ ' + ' if not loop.last }}{% endfor %} as coverage_share,
        {% for degree in degrees %}coalesce({{ degree }}_score * {{ rule('degree_weight', degree) }}, 0){{ ' + ' if not loop.last }}{% endfor %} as weighted_sum,
        {% for degree in degrees %}case when {{ degree }}_score is null then ',{{ degree }}' else '' end{{ ' || ' if not loop.last }}{% endfor %} as missing_list
    from scored
),

final as (
    select
        area_key, area_level, category_key, category_level, period_type, period_start_on, period_end_on, is_complete,
        reports, persons, expected,
        {% for degree in degrees %}round({{ degree }}_score, 4) as {{ degree }}_score, {% endfor %}
        case when reports > 0 then round(weighted_sum / nullif(coverage_share, 0), 4) end as composite_score,
        {{ grade('level', 'case when reports > 0 then round(weighted_sum / nullif(coverage_share, 0), 4) end') }} as level,
        coverage_share,
        nullif(substr(missing_list, 2), '') as missing,
        (select max(r.version) from {{ ref('rules') }} as r where r.rule_name like '%weight') as weights_version,
        goalposts_version, is_low_confidence, is_share_of_city
    from weighed
)

select * from final
