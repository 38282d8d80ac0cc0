with areas as (
    select district, street, community, estate, population
    from {{ ref('stg_reference__areas') }}
    where population is not null and district is not null
),

-- the list may give people per estate, community, street or district; a level above is the sum of the finest level below that is listed
summed as (
    select district || '/' || street as area_key, community is null as is_own, estate is null as is_community, population from areas where street is not null
    union all
    select district, street is null, community is null, population from areas
    union all
    select '*', street is null, community is null, population from areas
),

final as (
    select
        area_key,
        coalesce(
            sum(case when is_own then population end),
            sum(case when is_community then population end),
            sum(population)
        ) as population
    from summed
    group by area_key
)

select * from final
