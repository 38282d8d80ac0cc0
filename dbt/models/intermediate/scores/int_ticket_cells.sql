with tickets as (
    select *
    from {{ ref('fct_tickets') }}
    where is_demand and category_l1_key is not null
        and created_on >= (select min(cohort_start_on) from {{ ref('int_scored_periods') }})
),

-- every ticket counts in its city, district and street, under its first and second category
levels as (
    select area_level, category_level
    from (values ('city'), ('district'), ('street')) as areas (area_level)
    cross join (values (1), (2)) as categories (category_level)
),

placed as (
    select
        ticket_key, created_on, area_level, category_level,
        case area_level when 'city' then '*' when 'district' then district_key else street_key end as area_key,
        case area_level when 'city' then district_key when 'district' then street_key else community_key end as child_key,
        case category_level when 1 then category_l1_key else category_l2_key end as category_key
    from tickets
    cross join levels
),

-- the days of each period's cohort; a week's cohort reaches back further than the week
cohort_days as (
    select calendar.date_on, periods.period_type, periods.period_start_on
    from {{ ref('int_scored_periods') }} as periods
    inner join {{ ref('dim_calendar') }} as calendar on calendar.date_on between periods.cohort_start_on and periods.period_end_on
),

final as (
    select placed.*, cohort_days.period_type, cohort_days.period_start_on, placed.created_on >= cohort_days.period_start_on as is_in_period
    from placed
    inner join cohort_days on cohort_days.date_on = placed.created_on
    where placed.area_key is not null and placed.category_key is not null
)

select * from final
