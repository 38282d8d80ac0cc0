{% set cell = 'period_type, period_start_on, area_key, category_key, unit' %}
{% set rates = [('satisfied_share', 'satisfied_weight'), ('solved_share', 'solved_weight'), ('contacted_share', 'contact_weight')] %}

with shares as (
    select * from {{ ref('int_kpi_shares') }}
),

-- the composite of the three rates exists only where all three were asked
composite as (
    select
        {{ cell }},
        {% for code, weight in rates %}max(case when kpi_code = '{{ code }}' then numerator / denominator end) * {{ var(weight) }}{{ ' + ' if not loop.last }}{% endfor %} as composite_rate,
        min(denominator) as denominator
    from shares
    where kpi_code in ({% for code, weight in rates %}'{{ code }}'{{ ', ' if not loop.last }}{% endfor %})
    group by {{ cell }}
    having count(*) = 3
),

final as (
    select {{ cell }}, kpi_code, case when kpi_code = 'reports' then numerator else numerator / denominator end as value, numerator,
        case when kpi_code = 'reports' then null else denominator end as denominator,
        case when kpi_code <> 'reports' then {{ wilson_lower('numerator', 'denominator') }} end as lower,
        case when kpi_code <> 'reports' then {{ wilson_upper('numerator', 'denominator') }} end as upper
    from shares
    union all
    select {{ cell }}, 'composite_rate', composite_rate, null, denominator, null, null from composite
    union all
    select {{ cell }}, 'recurrence_share', recurrence_share, recurrences, closures,
        greatest(recurrence_share - 1.959963984540054 * standard_error, 0), least(recurrence_share + 1.959963984540054 * standard_error, 1)
    from {{ ref('int_kpi_recurrences') }}
    union all
    select period_type, period_start_on, area_key, category_key, unit, kpi_code, stock, stock, null, null, null from {{ ref('int_kpi_stocks') }}
    union all
    select {{ cell }}, 'median_close_hours', median_close_hours, null, closures, null, null from {{ ref('int_kpi_close_hours') }}
    union all
    select period_type, period_start_on, area_key, category_key, null, 'expected_reports', expected, observed, null, null, null from {{ ref('int_kpi_expected') }}
)

select * from final
