with cells as (
    select * from {{ ref('int_reporting_cells') }}
),

city as (
    select category_key, duplicates as city_duplicates, {{ share('duplicates', 'watched_days') }} as city_rate from cells where area_key = '*'
),

expected as (
    select cells.*, city.city_duplicates, city.city_rate, city.city_rate * cells.watched_days as expected_duplicates
    from cells
    inner join city using (category_key)
),

-- alpha by moments over the areas of the level: how far they differ beyond chance; null where they do not
spread as (
    select
        area_level, category_key,
        (sum(power(duplicates - expected_duplicates, 2)) - sum(expected_duplicates)) / nullif(sum(expected_duplicates * expected_duplicates), 0) as variance
    from expected
    group by area_level, category_key
),

shrunk as (
    select
        expected.*,
        case
            when expected.area_level = 'city' then {{ rule('reporting', 'min_alpha') }}
            when spread.variance * {{ rule('reporting', 'max_alpha') }} > 1 then greatest(1 / spread.variance, {{ rule('reporting', 'min_alpha') }})
            else {{ rule('reporting', 'max_alpha') }}
        end as alpha
    from expected
    inner join spread using (area_level, category_key)
),

-- theta = (O + alpha) / (E + alpha); without a duplicate in the whole city no rate is known
final as (
    select
        area_key, area_level, category_key, category_level, cases, cast(duplicates as bigint) as duplicates,
        round(watched_days, 4) as watched_days, round(expected_duplicates, 4) as expected_duplicates, round(alpha, 4) as alpha,
        case when city_duplicates > 0 then round((duplicates + alpha) / (expected_duplicates + alpha), 6) end as relative_rate,
        case when city_duplicates > 0 then round(city_rate * (duplicates + alpha) / (expected_duplicates + alpha), 6) end as reports_per_day,
        case when city_duplicates > 0 then round((expected_duplicates + alpha) / ((duplicates + alpha) * city_rate), 4) end as delay_days
    from shrunk
)

select * from final
