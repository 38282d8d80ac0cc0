{% set months = rule_constant('root_cure', 'whole_months') %}

with cells as (
    select expectations.area_key, expectations.category_key, expectations.period_start_on, counted.reports, expectations.expected
    from {{ ref('int_cell_expectations') }} as expectations
    inner join {{ ref('int_cell_periods') }} as counted using (area_key, category_key, period_type, period_start_on)
    where period_type = 'month' and counted.category_level = 2 and counted.is_complete
),

-- observed and expected of the whole months (rule root_cure.whole_months) after the month
final as (
    select
        area_key, category_key, period_start_on as month_start_on,
        case when count(expected) over later = {{ months }} then sum(reports) over later end as reports,
        case when count(expected) over later = {{ months }} then sum(expected) over later end as expected
    from cells
    window later as (
        partition by area_key, category_key order by cast(extract(year from period_start_on) * 12 + extract(month from period_start_on) as integer)
        range between 1 following and {{ months }} following
    )
)

select * from final
