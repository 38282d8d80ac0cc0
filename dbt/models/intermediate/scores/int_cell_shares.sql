with quarters as (
    select distinct
        history.quarter_start_on,
        least({{ dbt.datediff('span.data_first_on', 'history.quarter_start_on', 'day') }} / 7.0, 52) as history_weeks
    from {{ ref('int_cell_history') }} as history
    cross join {{ ref('int_spine_span') }} as span
),

-- with too short a history only the peers speak
history as (
    select history.quarter_start_on, history.area_key, history.category_key,
        case when quarters.history_weeks >= {{ rule('fine_cell', 'min_history_weeks') }} then history.reports else 0 end as reports
    from {{ ref('int_cell_history') }} as history
    inner join quarters using (quarter_start_on)
),

-- places and categories that were known when the quarter began
streets as (
    select quarters.quarter_start_on, {{ street_key('areas.district', 'areas.street') }} as street_area_key, areas.area_level, count(*) as areas
    from {{ ref('dim_area') }} as areas
    inner join quarters on quarters.quarter_start_on > areas.known_from_on
    where areas.area_level in ('community', 'estate')
    group by 1, 2, 3
),

siblings as (
    select quarters.quarter_start_on, categories.parent_category_key, count(*) as categories
    from {{ ref('dim_category') }} as categories
    inner join quarters on quarters.quarter_start_on > categories.known_from_on
    where categories.category_level = 3
    group by quarters.quarter_start_on, categories.parent_category_key
),

counted as (
    select
        parents.*, quarters.quarter_start_on, quarters.history_weeks,
        coalesce(own.reports, 0) as own_reports, coalesce(whole.reports, 0) as parent_reports, coalesce(wider.reports, 0) as area_reports,
        coalesce(city_part.reports, 0) as city_part_reports, coalesce(city_whole.reports, 0) as city_reports,
        -- peers: by people, else all places of the street alike
        case
            when parents.area_key = parents.parent_area_key then 1.0
            when areas.population > 0 and street_area.population > 0 then least(areas.population / cast(street_area.population as double), 1.0)
            else 1.0 / (coalesce(streets.areas, 0) + case when areas.known_from_on >= quarters.quarter_start_on then 1 else 0 end)
        end as area_prior,
        case when parents.category_level = 3 then
            1.0 / (coalesce(siblings.categories, 0) + case when categories.known_from_on >= quarters.quarter_start_on then 1 else 0 end)
        else 1.0 end as category_prior,
        {{ rule('fine_cell', 'shrink_reports') }} as m
    from {{ ref('int_cell_parents') }} as parents
    cross join quarters
    inner join {{ ref('dim_area') }} as areas on areas.area_key = parents.area_key
    inner join {{ ref('dim_category') }} as categories on categories.category_key = parents.category_key
    left join {{ ref('dim_area') }} as street_area on street_area.area_key = parents.parent_area_key
    left join streets
        on streets.quarter_start_on = quarters.quarter_start_on and streets.street_area_key = parents.parent_area_key and streets.area_level = parents.area_level
    left join siblings on siblings.quarter_start_on = quarters.quarter_start_on and siblings.parent_category_key = parents.parent_category_key
    left join history as own
        on own.quarter_start_on = quarters.quarter_start_on and own.area_key = parents.area_key and own.category_key = parents.category_key
    left join history as whole
        on whole.quarter_start_on = quarters.quarter_start_on and whole.area_key = parents.parent_area_key and whole.category_key = parents.parent_category_key
    left join history as wider
        on wider.quarter_start_on = quarters.quarter_start_on and wider.area_key = parents.area_key and wider.category_key = parents.parent_category_key
    left join history as city_part
        on city_part.quarter_start_on = quarters.quarter_start_on and city_part.area_key = '*' and city_part.category_key = parents.category_key
    left join history as city_whole
        on city_whole.quarter_start_on = quarters.quarter_start_on and city_whole.area_key = '*' and city_whole.category_key = parents.parent_category_key
),

-- the area's share of its street and the category's share of its wider one in the city, each drawn to its peers
priors as (
    select
        *,
        case when area_key = parent_area_key then 1.0 else (area_reports + m * area_prior) / (parent_reports + m) end
        * case when category_level = 3 then (city_part_reports + m * category_prior) / (city_reports + m) else 1.0 end as prior_share
    from counted
),

-- a third category has a history of its own at its place, drawn to what area and category together let expect
final as (
    select
        quarter_start_on, area_key, area_level, category_key, category_level, parent_area_key, parent_category_key, history_weeks,
        own_reports, parent_reports, prior_share,
        case when category_level = 3 then (own_reports + m * prior_share) / (parent_reports + m) else prior_share end as parent_share,
        history_weeks < {{ rule('fine_cell', 'min_history_weeks') }} or parent_reports < m as is_low_confidence
    from priors
)

select * from final
