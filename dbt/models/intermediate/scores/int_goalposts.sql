{% set family = 'area_level, category_level, period_type, degree, component' %}

with component_values as (
    select area_level, category_level, period_type, period_start_on, degree, goalpost_component as component, raw_value,
        cast(extract(year from period_start_on) as integer) as period_year, periods.period_end_on < {{ this_month_on() }} as is_before_this_month,
        periods.is_shown and (periods.is_fine_shown or (category_level < 3 and area_level not in ('community', 'estate'))) as is_shown
    from {{ ref('int_component_values') }}
    inner join {{ ref('int_scored_periods') }} as periods using (period_type, period_start_on)
    where is_goalposted
),

-- frozen by an earlier publication, or provisional and set by one of this month
known as (
    select {{ family }}, score_year, low_value, high_value, goalposts_version, reference_first_on, reference_last_on, cells, frozen_as_of
    from {{ source('rulebook', 'goalposts') }}
),

scored_years as (
    select distinct {{ family }}, period_year as score_year from component_values where is_shown
),

-- the last full calendar year before the scored one
yearly as (
    select
        {{ family }}, period_year + 1 as score_year, count(*) as cells,
        min(period_start_on) as first_on, max(period_start_on) as last_on,
        {{ quantile('raw_value', rule_constant('goalpost', 'low')) }} as low_value, {{ quantile('raw_value', rule_constant('goalpost', 'high')) }} as high_value
    from component_values
    where period_year > (select extract(year from data_first_on - interval '7' day) from {{ ref('int_spine_span') }})
    group by {{ family }}, period_year
    having count(*) >= {{ rule('goalpost', 'min_cells') }}
),

-- else the first twelve months that have values; this month's own only where there are no others
earliest as (
    select
        {{ family }}, min(period_start_on) as first_on, max(period_start_on) as last_on, max(until_on) as until_on, count(*) as cells,
        {{ quantile('raw_value', rule_constant('goalpost', 'low')) }} as low_value, {{ quantile('raw_value', rule_constant('goalpost', 'high')) }} as high_value
    from (
        select
            *,
            cast(min(period_start_on) over (partition by {{ family }}) + interval '12' month as date) as until_on,
            max(is_before_this_month) over (partition by {{ family }}) as has_earlier
        from component_values
    ) as dated
    where period_start_on < until_on and is_before_this_month = has_earlier
    group by {{ family }}
),

computed as (
    select
        {{ family }}, scored_years.score_year,
        coalesce(yearly.low_value, earliest.low_value) as low_value, coalesce(yearly.high_value, earliest.high_value) as high_value,
        case
            when yearly.cells is not null then cast(scored_years.score_year - 1 as string)
            when earliest.until_on <= {{ this_month_on() }} then 'first 12 months from ' || cast(earliest.first_on as string)
            else 'provisional from ' || cast(earliest.first_on as string)
        end as goalposts_version,
        coalesce(yearly.first_on, earliest.first_on) as reference_first_on, coalesce(yearly.last_on, earliest.last_on) as reference_last_on,
        coalesce(yearly.cells, earliest.cells) as cells,
        -- a reference of twelve full months is frozen by the build that first uses it
        case
            when yearly.cells is not null or (earliest.until_on <= {{ this_month_on() }} and earliest.cells >= {{ rule('goalpost', 'min_cells') }})
                then {{ as_of_on() }}
        end as frozen_as_of
    from scored_years
    inner join earliest using ({{ family }})
    left join yearly using ({{ family }}, score_year)
),

final as (
    select {{ family }}, score_year, low_value, high_value, goalposts_version, reference_first_on, reference_last_on, cells, frozen_as_of from known
    union all
    select computed.*
    from computed
    left join known using ({{ family }}, score_year)
    where known.score_year is null
)

select * from final
