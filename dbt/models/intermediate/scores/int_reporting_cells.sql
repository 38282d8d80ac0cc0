with cases as (
    select cases.*
    from {{ ref('int_reporting_cases') }} as cases
    cross join {{ ref('int_spine_span') }} as span
    where cases.has_merged_children and cases.first_on > span.last_on - cast({{ rule('reporting', 'days') }} as integer) * interval '1' day
),

counted as (
    select
        district_key, street_key, category_l1_key, category_l2_key,
        grouping(district_key) as is_city, grouping(street_key) as is_above_street, grouping(category_l2_key) as is_l1, grouping(category_l1_key) as is_all,
        count(*) as cases, cast(sum(duplicates) as double) as duplicates, sum(watched_days) as watched_days
    from cases
    group by grouping sets (
        (), (category_l1_key), (category_l1_key, category_l2_key),
        (district_key), (district_key, category_l1_key), (district_key, category_l1_key, category_l2_key),
        (district_key, street_key), (district_key, street_key, category_l1_key), (district_key, street_key, category_l1_key, category_l2_key)
    )
),

final as (
    select
        case when is_city = 1 then '*' when is_above_street = 1 then district_key else street_key end as area_key,
        case when is_city = 1 then 'city' when is_above_street = 1 then 'district' else 'street' end as area_level,
        case when is_all = 1 then '*' when is_l1 = 1 then category_l1_key else category_l2_key end as category_key,
        case when is_all = 1 then 0 when is_l1 = 1 then 1 else 2 end as category_level,
        cases, duplicates, watched_days
    from counted
    where cases > 0
)

select * from final where area_key is not null and category_key is not null
