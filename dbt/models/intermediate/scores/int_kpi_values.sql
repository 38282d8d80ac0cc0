{% set cell = 'period_type, period_start_on, area_key, category_key, unit' %}
{% set rates = [('satisfied_share', 'satisfied_weight'), ('solved_share', 'solved_weight'), ('contacted_share', 'contact_weight')] %}
{% set z = 1.959963984540054 %}

with shares as (
    select *, numerator / denominator as value, case when area_key <> '*' or unit is not null then usual_numerator / denominator end as usual_value
    from {{ ref('int_kpi_shares') }}
),

-- the composite of the three rates exists only where all three were asked
composite as (
    select
        {{ cell }},
        {% for code, weight in rates %}max(case when kpi_code = '{{ code }}' then value end) * {{ var(weight) }}{{ ' + ' if not loop.last }}{% endfor %} as composite_rate,
        {% for code, weight in rates %}max(case when kpi_code = '{{ code }}' then usual_value end) * {{ var(weight) }}{{ ' + ' if not loop.last }}{% endfor %} as usual_value,
        min(denominator) as denominator
    from shares
    where kpi_code in ({% for code, weight in rates %}'{{ code }}'{{ ', ' if not loop.last }}{% endfor %})
    group by {{ cell }}
    having count(*) = 3
),

-- a mean of counts: by its own variance, since returns come in series
means as (
    select
        *,
        sqrt(greatest(numerator_squares / denominator - value * value, 0) / nullif(denominator - 1, 0)) as standard_error
    from shares
    where kpi_code = 'returns_per_case'
),

expectations as (
    select * from {{ ref('int_kpi_expected') }}
),

final as (
    select {{ cell }}, kpi_code, value, numerator, denominator, {{ wilson_lower('numerator', 'denominator') }} as lower, {{ wilson_upper('numerator', 'denominator') }} as upper,
        usual_value as expected_value
    from shares where kpi_code not in ('reports', 'returns_per_case')
    union all
    select {{ cell }}, kpi_code, value, numerator, denominator, greatest(value - {{ z }} * standard_error, 0), value + {{ z }} * standard_error, usual_value from means
    union all
    select {{ cell }}, 'composite_rate', composite_rate, null, denominator, null, null, usual_value from composite
    union all
    select {{ cell }}, 'recurrence_share', recurrence_share, recurrences, closures,
        -- where none came back, or all did, Greenwood's variance is zero and says nothing
        case when recurrences in (0, closures) then {{ wilson_lower('recurrences', 'closures') }} else greatest(recurrence_share - {{ z }} * standard_error, 0) end,
        case when recurrences in (0, closures) then {{ wilson_upper('recurrences', 'closures') }} else least(recurrence_share + {{ z }} * standard_error, 1) end,
        null
    from {{ ref('int_kpi_recurrences') }}
    union all
    select {{ cell }}, kpi_code, stock, stock, null, null, null, null from {{ ref('int_kpi_stocks') }}
    union all
    select {{ cell }}, kpi_code, median_hours, null, denominator, lower_hours, upper_hours, null from {{ ref('int_kpi_waits') }}
    union all
    select shares.period_type, shares.period_start_on, shares.area_key, shares.category_key, shares.unit, 'reports', shares.numerator, shares.numerator, null, null, null,
        expectations.expected
    from shares
    left join expectations
        on expectations.period_type = shares.period_type and expectations.period_start_on = shares.period_start_on
        and expectations.area_key = shares.area_key and expectations.category_key = shares.category_key and shares.unit is null
    where shares.kpi_code = 'reports'
    union all
    select period_type, period_start_on, area_key, category_key, null, 'expected_reports', expected, observed, null, null, null, null from expectations
)

select * from final
