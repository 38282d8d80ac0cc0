-- days from which counts are not what they were: a merger of channels, a change of the taxonomy, an outage of the hotline itself
with breaks as (
    select date_on as broken_on, kind, category_l1, district
    from {{ ref('stg_reference__calendar') }}
    -- an outage of a category is of the water or the light, and an event; one of all categories is of the hotline
    where kind in ('channel_merger', 'taxonomy') or (kind = 'outage' and category_l1 is null)
),

-- a lasting break lies between the two periods, or in the later one; an outage disturbs the periods it lies in
spans as (
    select
        periods.period_type, periods.period_start_on, breaks.kind, breaks.category_l1, breaks.district, breaks.broken_on,
        case when breaks.kind <> 'outage' then breaks.broken_on > periods.previous_start_on
            else breaks.broken_on >= periods.previous_start_on end as is_previous,
        case when breaks.kind <> 'outage' then breaks.broken_on > periods.year_ago_start_on
            else breaks.broken_on >= periods.period_start_on or breaks.broken_on between periods.year_ago_start_on and periods.year_ago_end_on end as is_year_ago
    from {{ ref('int_kpi_periods') }} as periods
    inner join breaks on breaks.broken_on >= periods.year_ago_start_on and breaks.broken_on <= periods.period_end_on
    where periods.is_shown
),

-- what is named for a district or category touches the cells in it, and a new taxonomy leaves all categories together as they were
cells as (
    select spans.*, areas.area_key, categories.category_key
    from spans
    inner join {{ ref('dim_area') }} as areas on spans.district is null or areas.district = spans.district
    inner join {{ ref('dim_category') }} as categories
        on (spans.category_l1 is null or categories.category_l1 = spans.category_l1) and (spans.kind <> 'taxonomy' or categories.category_key <> '*')
    where (areas.area_level in ('city', 'district') and categories.category_level <= 2) or (areas.area_level = 'street' and categories.category_key = '*')
),

final as (
    select
        period_type, period_start_on, area_key, category_key,
        max(case when is_previous then broken_on end) as previous_break_on,
        max(case when is_year_ago then broken_on end) as year_ago_break_on,
        max(case when is_previous and kind = 'taxonomy' then broken_on end) as previous_taxonomy_on,
        max(case when is_year_ago and kind = 'taxonomy' then broken_on end) as year_ago_taxonomy_on
    from cells
    group by period_type, period_start_on, area_key, category_key
)

select * from final
