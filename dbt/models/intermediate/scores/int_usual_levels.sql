{% set shares = ['redo', 'unsolved', 'recurrence', 'multi_unit'] %}

with periods as (
    select * from {{ ref('int_scored_periods') }}
),

city_cohorts as (
    select sums.*, categories.category_key, periods.period_type, periods.period_start_on
    from {{ ref('int_cohort_sums') }} as sums
    inner join {{ ref('int_area_codes') }} as areas using (area_code)
    inner join {{ ref('int_category_codes') }} as categories using (category_code)
    inner join periods using (period_code)
    where areas.area_key = '*'
),

-- what a category's tickets add up to: in the city, and for the spread over parts at each level of areas
summed as (
    select
        'intensity' as measure, 'city' as area_level, category_key, period_type, period_start_on,
        intensity_sum as numerator, cast(scored_tickets as double) as denominator
    from {{ ref('int_cell_sums') }}
    where area_key = '*'
    {% for name in shares %}
    union all
    select '{{ name }}', 'city', category_key, period_type, period_start_on, cast({{ name }}_tickets as double), cast({{ name }}_known as double) from city_cohorts
    {% endfor %}
    union all
    select pairs.dimension, pairs.area_level, categories.category_key, periods.period_type, periods.period_start_on, sum(pairs.same_pairs), sum(pairs.pairs)
    from {{ ref('int_pair_sums') }} as pairs
    inner join {{ ref('int_category_codes') }} as categories using (category_code)
    inner join periods using (period_code)
    where not pairs.is_fine
    group by pairs.dimension, pairs.area_level, categories.category_key, periods.period_type, periods.period_start_on
),

known as (
    select summed.*, periods.period_end_on, true as is_new, cast(null as double) as published_value
    from summed
    inner join periods using (period_type, period_start_on)
    {%- set published = source('published', 'mart_usual_levels') %}
    {%- if var('standing_until') %}
    union all
    select measure, area_level, category_key, period_type, period_start_on, numerator, denominator, period_end_on, false, usual_value
    from {{ published }}
    where {{ stands('period_end_on') }}
    {%- endif %}
),

-- of the year up to the period; what stands keeps what was published
final as (
    select
        measure, area_level, category_key, period_type, period_start_on, period_end_on, numerator, denominator,
        case when is_new then {{ share('sum(numerator) over last_year', 'sum(denominator) over last_year') }} else published_value end as usual_value
    from known
    window last_year as (
        partition by measure, area_level, category_key, period_type order by {{ day_number('period_start_on') }} range between 364 preceding and current row
    )
)

select * from final
