{% set family = 'area_level, category_level, period_type, degree, component' %}

with component_values as (
    select *, cast(extract(year from period_start_on) as integer) as period_year from {{ ref('int_component_values') }} where is_goalposted
),

scored_years as (
    select distinct {{ family }}, period_year + 1 as score_year from component_values
    union
    select distinct {{ family }}, period_year from component_values
),

-- the last full calendar year before the scored one
yearly as (
    select
        {{ family }}, period_year + 1 as score_year, count(*) as cells,
        {{ quantile('raw_value', rule_constant('goalpost', 'low')) }} as low_value, {{ quantile('raw_value', rule_constant('goalpost', 'high')) }} as high_value
    from component_values
    where period_year > (select extract(year from data_first_on - interval '7' day) from {{ ref('int_spine_span') }})
    group by {{ family }}, period_year
),

-- else the first twelve months that have values
earliest as (
    select
        {{ family }}, min(period_start_on) as first_on,
        {{ quantile('raw_value', rule_constant('goalpost', 'low')) }} as low_value, {{ quantile('raw_value', rule_constant('goalpost', 'high')) }} as high_value
    from (select *, min(period_start_on) over (partition by {{ family }}) + interval '12' month as until_on from component_values) as dated
    where period_start_on < until_on
    group by {{ family }}
),

final as (
    select
        area_level, category_level, period_type, degree, component, score_year,
        case when yearly.cells >= {{ rule('goalpost', 'min_cells') }} then yearly.low_value else earliest.low_value end as low_value,
        case when yearly.cells >= {{ rule('goalpost', 'min_cells') }} then yearly.high_value else earliest.high_value end as high_value,
        case when yearly.cells >= {{ rule('goalpost', 'min_cells') }} then cast(score_year - 1 as varchar)
            else 'first 12 months from ' || cast(earliest.first_on as varchar) end as goalposts_version
    from scored_years
    inner join earliest using ({{ family }})
    left join yearly using ({{ family }}, score_year)
)

select * from final
