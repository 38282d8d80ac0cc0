with weeks as (
    select
        cells.area_key, cells.area_level, cells.category_key, cells.category_level, cells.reports,
        cells.period_end_on > span.last_on - cast({{ rule('silence', 'weeks') }} * 7 as integer) * interval '1' day as is_recent
    from {{ ref('int_cell_periods') }} as cells
    cross join {{ ref('int_spine_span') }} as span
    where cells.period_type = 'week' and cells.is_complete
        and cells.period_end_on > span.last_on - cast(({{ rule('silence', 'weeks') }} + {{ rule('silence', 'history_weeks') }}) * 7 as integer) * interval '1' day
),

counted as (
    select
        area_key, area_level, category_key, category_level,
        sum(case when is_recent then reports else 0 end) as reports_13w, sum(case when is_recent then 0 else reports end) as earlier_reports
    from weeks
    group by area_key, area_level, category_key, category_level
),

-- what staff found in the window, and the usual amount among the areas of the level
official as (
    select
        counted.area_key, counted.category_key, count(tickets.ticket_key) as official_reports,
        median(count(tickets.ticket_key)) over (partition by counted.area_level, counted.category_key) as usual_official_reports
    from counted
    left join {{ ref('int_official_tickets') }} as tickets using (area_key, category_key)
    group by counted.area_key, counted.area_level, counted.category_key
),

-- peers: the city's rate by population; without a population, the area's own earlier share of the city
final as (
    select
        counted.area_key, counted.area_level, counted.category_key, counted.category_level, counted.reports_13w,
        case
            when areas.population is not null and city_area.population > 0
                then city.reports_13w * areas.population / cast(city_area.population as double)
            else city.reports_13w * counted.earlier_reports / nullif(cast(city.earlier_reports as double), 0)
        end as expected_13w,
        areas.population is not null and city_area.population > 0 as is_population_based,
        {{ rule('frequency', 'default_alpha') }} as alpha,
        official.official_reports as official_reports_13w, official.usual_official_reports as usual_official_reports_13w
    from counted
    inner join counted as city on city.category_key = counted.category_key and city.area_key = '*'
    inner join {{ ref('dim_area') }} as areas on areas.area_key = counted.area_key
    inner join {{ ref('dim_area') }} as city_area on city_area.area_key = '*'
    inner join official on official.area_key = counted.area_key and official.category_key = counted.category_key
    where counted.area_key <> '*'
)

select * from final
