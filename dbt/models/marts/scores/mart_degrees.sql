{% set degrees = ['frequency', 'intensity', 'breadth', 'difficulty'] %}

with composites as (
    select * from {{ ref('int_composites') }}
),

final as (
    select
        c.area_key, c.area_level, c.category_key, c.category_level, c.period_type, c.period_start_on, c.period_end_on, c.is_complete,
        c.reports, case when c.reports = 0 then 0 else sums.persons end as persons, c.expected,
        {% for degree in degrees %}c.{{ degree }}_score, {% endfor %}
        c.composite_score,
        {{ level('thresholds', 'c.composite_score') }} as level,
        stability.composite_rank, stability.top_share,
        {% for degree in degrees %}coalesce(c.{{ degree }}_score >= {{ rule('listing', 'score') }}, false){{ ' or ' if not loop.last }}{% endfor %} as is_listed_regardless,
        c.coverage_share, c.missing, c.weights_version, c.goalposts_version, c.is_low_confidence, c.is_share_of_city
    from composites as c
    inner join {{ ref('int_dated_rules') }} as thresholds on least(c.period_end_on, {{ as_of_on() }}) between thresholds.valid_from and thresholds.valid_to
    left join {{ ref('int_cell_sums') }} as sums using (cell_number)
    left join {{ ref('int_rank_stability') }} as stability using (cell_number)
)

{{ with_standing(shown_cells(var('score_months'))) }}
