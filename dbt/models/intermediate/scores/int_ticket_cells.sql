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

final as (
    select placed.*, periods.period_type, periods.period_start_on, placed.created_on >= periods.period_start_on as is_in_period
    from placed
    inner join {{ ref('int_scored_periods') }} as periods
        on placed.created_on between periods.cohort_start_on and periods.period_end_on
    where placed.area_key is not null and placed.category_key is not null
)

select * from final
