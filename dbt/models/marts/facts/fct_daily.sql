with span as (
    select first_on, last_on from {{ ref('int_spine_span') }}
),

calendar as (
    select date_on
    from {{ ref('dim_calendar') }}
    inner join span on date_on between first_on and last_on
),

cells as (
    select area_key, category_key, date_on, reports, persons, places from {{ ref('int_daily_cells') }}
),

-- a day without reports is a zero; a day with reports whose callers are unknown keeps null persons
final as (
    select
        pairs.area_key,
        pairs.area_level,
        pairs.category_key,
        pairs.category_level,
        calendar.date_on,
        cast(coalesce(cells.reports, 0) as integer) as reports,
        cast(case when cells.reports is null then 0 else cells.persons end as integer) as persons,
        cast(coalesce(cells.places, 0) as integer) as places
    from {{ ref('int_spine_pairs') }} as pairs
    cross join calendar
    left join cells using (area_key, category_key, date_on)
)

select * from final
