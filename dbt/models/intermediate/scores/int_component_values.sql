{% set cell = 'cell_number, area_key, area_level, category_key, category_level, period_type, period_start_on' %}
{% set parts = [
    ('int_frequency_rates', 'frequency', [('rate', 'ln(nullif(rate_per_10000, 0))', true), ('surprise', 'surprise', false)]),
    ('int_intensity_means', 'intensity', [('mean', 'shrunk_mean', true), ('high_share', 'high_share', false)]),
    ('breadths', 'breadth', [('persons', 'ln(persons)', true), ('dispersion', 'ln(nullif(dispersion_m, 0))', true)]),
    ('int_difficulty_shares', 'difficulty', [('transfers', 'transfers_share', false), ('multi_unit', 'multi_unit_share', false), ('redo', 'redo_share', false),
        ('unsolved', 'unsolved_share', false), ('recurrence', 'recurrence_share', false)]),
] %}

-- goalposted values are normalised by frozen percentiles, the others are shares of 1 already
with breadths as (
    select * from {{ ref('int_cell_sums') }} where is_scored
),

listed as (
    {% for model, degree, components in parts %}{% for component, expression, is_goalposted in components -%}
    select {{ cell }}, '{{ degree }}' as degree, '{{ component }}' as component, cast({{ expression }} as double) as raw_value, {{ is_goalposted }} as is_goalposted
    from {{ model if model == 'breadths' else ref(model) }}
    union all
    {% endfor %}{% endfor -%}
    select sums.cell_number, sums.area_key, sums.area_level, sums.category_key, sums.category_level, sums.period_type, sums.period_start_on,
        'breadth', pairs.dimension, ln(pairs.effective_parts), true
    from breadths as sums
    inner join {{ ref('int_cell_pairs') }} as pairs using (cell_number)
    union all
    select sums.cell_number, sums.area_key, sums.area_level, sums.category_key, sums.category_level, sums.period_type, sums.period_start_on,
        'difficulty', names.component,
        case names.component when 'restricted_mean' then survival.restricted_mean_limits / {{ rule('difficulty', 'tau') }} else survival.open_at_limit_share end, false
    from breadths as sums
    inner join {{ ref('int_survival') }} as survival using (cell_number)
    cross join (values ('restricted_mean'), ('open_at_limit')) as names (component)
),

-- a rate by people and a share of the city's reports are different measures: each has its own goalposts
final as (
    select
        listed.cell_number, listed.area_key, listed.area_level, listed.category_key, listed.category_level, listed.period_type, listed.period_start_on,
        listed.degree, listed.component, listed.raw_value, listed.is_goalposted,
        case when listed.component = 'rate' and coalesce(areas.population, 0) = 0 then 'rate_of_city' else listed.component end as goalpost_component
    from listed
    inner join {{ ref('dim_area') }} as areas using (area_key)
    where listed.raw_value is not null
)

select * from final
