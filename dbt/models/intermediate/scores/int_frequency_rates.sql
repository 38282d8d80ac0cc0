with expectations as (
    select * from {{ ref('int_cell_expectations') }}
),

city_totals as (
    select period_type, period_start_on, sum(reports) as city_reports
    from {{ ref('int_cell_periods') }}
    where area_key = '*' and category_level = 1
    group by period_type, period_start_on
),

-- the spine with its zeros, and the fine cells that met
listed as (
    select area_key, area_level, category_key, category_level, period_type, period_start_on, reports from {{ ref('int_cell_periods') }}
    union all
    select area_key, area_level, category_key, category_level, period_type, period_start_on, reports from {{ ref('int_cell_sums') }} where is_fine and is_scored
),

cells as (
    select
        {{ cell_number('areas_by_code.area_code', 'categories_by_code.category_code', 'periods.period_code') }} as cell_number,
        listed.area_key, listed.area_level, listed.category_key, listed.category_level, listed.period_type, listed.period_start_on, listed.reports,
        expectations.expected, expectations.mid_p, coalesce(expectations.is_low_confidence, true) as is_low_confidence,
        coalesce(expectations.alpha, {{ rule('frequency', 'default_alpha') }}) as alpha,
        nullif(areas.population, 0) as population, city_totals.city_reports, periods.weeks
    from listed
    inner join {{ ref('int_scored_periods') }} as periods using (period_type, period_start_on)
    inner join {{ ref('dim_area') }} as areas using (area_key)
    inner join {{ ref('int_area_codes') }} as areas_by_code using (area_key)
    inner join {{ ref('int_category_codes') }} as categories_by_code using (category_key)
    left join expectations using (area_key, category_key, period_type, period_start_on)
    left join city_totals using (period_type, period_start_on)
),

shrunk as (
    select
        *,
        (reports + alpha) / nullif(expected + alpha, 0) as relative_rate,
        population is null as is_share_of_city
    from cells
),

-- reports a week for 10,000 people; without a population, of 10,000 reports of the city
final as (
    select
        cell_number, area_key, area_level, category_key, category_level, period_type, period_start_on, reports, expected, mid_p, relative_rate,
        is_low_confidence, is_share_of_city,
        case
            when is_share_of_city then relative_rate * expected / nullif(city_reports, 0) * 10000
            else relative_rate * expected / population * 10000 / weeks
        end as rate_per_10000,
        case when reports >= {{ rule('frequency', 'surprise_min_reports') }}
            then {{ clip("-log10(greatest(mid_p, 1e-300)) / " ~ rule('frequency', 'surprise_decades')) }} end as surprise
    from shrunk
)

select * from final
