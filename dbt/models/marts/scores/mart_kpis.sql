{% set counts = "('reports', 'expected_reports', 'open_count', 'overdue_count')" %}

{% set published = source('published', 'mart_kpis') %}
{% set columns = model.columns | join(', ') %}

with periods as (
    select * from {{ ref('int_kpi_periods') }} where is_shown
),

kpis as (
    select * from {{ ref('int_kpi_values') }}
),

{% if var('standing_until') -%}
standing as (
    select published.*, is_shown
    from {{ published }} as published
    inner join {{ ref('int_kpi_periods') }} as periods using (period_type, period_start_on)
    where not case when published.kpi_code = 'recurrence_share' then periods.is_followed else periods.is_counted end
),

{% endif -%}
before as (
    select period_type, period_start_on, area_key, category_key, unit, kpi_code, value from kpis
    {%- if var('standing_until') %}
    union all
    select period_type, period_start_on, area_key, category_key, unit, kpi_code, value from standing
    {%- endif %}
),

dated as (
    select kpis.*, periods.period_end_on, periods.previous_start_on, periods.year_ago_start_on
    from kpis
    inner join periods using (period_type, period_start_on)
),

compared as (
    select
        dated.*, previous.value as previous_value, year_ago.value as year_ago_value,
        case when dated.kpi_code in {{ counts }} then breaks.previous_break_on else breaks.previous_taxonomy_on end as previous_break_on,
        case when dated.kpi_code in {{ counts }} then breaks.year_ago_break_on else breaks.year_ago_taxonomy_on end as year_ago_break_on
    from dated
    left join before as previous
        on previous.kpi_code = dated.kpi_code and previous.period_type = dated.period_type and previous.period_start_on = dated.previous_start_on
        and previous.area_key = dated.area_key and previous.category_key = dated.category_key and previous.unit is not distinct from dated.unit
    left join before as year_ago
        on year_ago.kpi_code = dated.kpi_code and year_ago.period_type = dated.period_type and year_ago.period_start_on = dated.year_ago_start_on
        and year_ago.area_key = dated.area_key and year_ago.category_key = dated.category_key and year_ago.unit is not distinct from dated.unit
    left join {{ ref('int_kpi_breaks') }} as breaks
        on breaks.period_type = dated.period_type and breaks.period_start_on = dated.period_start_on
        and breaks.area_key = dated.area_key and breaks.category_key = dated.category_key
),

-- percentages on fewer than kpi.min_denominator tickets are withheld by whoever prints them; across a break nothing is compared
final as (
    select
        period_type, period_start_on, area_key, category_key, unit, kpi_code,
        round(value, 6) as value, numerator, denominator, round(lower, 6) as lower, round(upper, 6) as upper, round(expected_value, 6) as expected_value,
        case when previous_break_on is null then round(previous_value, 6) end as previous_value,
        case when year_ago_break_on is null then round(year_ago_value, 6) end as year_ago_value,
        previous_break_on, year_ago_break_on,
        (kpi_code like '%share' or kpi_code in ('composite_rate', 'returns_per_case')) and denominator < {{ rule('kpi', 'min_denominator') }} as is_suppressed,
        period_end_on <= {{ as_of_on() }} as is_complete
    from compared
)

select {{ columns }} from final
{%- if var('standing_until') %}
union all
select {{ columns }} from standing where is_shown
{%- endif %}
