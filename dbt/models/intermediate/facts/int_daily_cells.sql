with tickets as (
    select
        created_on, category_l1_key, category_l2_key, district_key, street_key,
        {{ number_of('person_hash') }} as person_number, {{ number_of('place_key') }} as place_number
    from {{ ref('fct_tickets') }}
    inner join {{ ref('int_spine_span') }} as span on created_on between span.first_on and span.last_on
    where is_demand and category_l1_key is not null
),

grouped as (
    select
        created_on, category_l1_key, category_l2_key, district_key, street_key,
        grouping(category_l2_key) as is_l1, grouping(district_key) as is_city, grouping(street_key) as is_above_street,
        count(*) as reports, count(distinct person_number) as known_persons, count(distinct place_number) as places
    from tickets
    group by grouping sets (
        (created_on, category_l1_key), (created_on, category_l1_key, category_l2_key),
        (created_on, category_l1_key, district_key), (created_on, category_l1_key, category_l2_key, district_key),
        (created_on, category_l1_key, district_key, street_key), (created_on, category_l1_key, category_l2_key, district_key, street_key)
    )
),

final as (
    select
        case when is_city = 1 then '*' when is_above_street = 1 then district_key else street_key end as area_key,
        case when is_city = 1 then 'city' when is_above_street = 1 then 'district' else 'street' end as area_level,
        case when is_l1 = 1 then category_l1_key else category_l2_key end as category_key,
        case when is_l1 = 1 then 1 else 2 end as category_level,
        created_on as date_on,
        reports,
        -- tickets without a caller's hash: persons are not known, which is not zero
        nullif(known_persons, 0) as persons,
        places
    from grouped
)

select * from final
where area_key is not null and category_key is not null
