-- from below: a place that is not listed itself has the sum of the places directly below it
with listed as (
    select district, street, community, estate, max(population) as population
    from {{ ref('stg_reference__areas') }}
    where population is not null
    group by district, street, community, estate
),

communities as (
    select
        district, street, community,
        coalesce(max(case when estate is null then population end), sum(population)) as population
    from listed
    where coalesce(community, estate) is not null
    group by district, street, community
),

streets as (
    select district, street, coalesce(max(own), sum(below)) as population
    from (
        select district, street, population as own, null as below from listed where street is not null and community is null and estate is null
        union all
        select district, street, null, population from communities
    ) as parts
    group by district, street
),

districts as (
    select district, coalesce(max(own), sum(below)) as population
    from (
        select district, population as own, null as below from listed where coalesce(street, community, estate) is null
        union all
        select district, null, population from streets
    ) as parts
    where district is not null
    group by district
),

final as (
    select {{ estate_key('district', 'street', 'community', 'estate') }} as area_key, cast(population as bigint) as population
    from listed where district is not null and street is not null and estate is not null
    union all
    select {{ community_key('district', 'street', 'community') }}, cast(population as bigint)
    from communities where district is not null and street is not null and community is not null
    union all
    select {{ street_key('district', 'street') }}, cast(population as bigint)
    from streets where district is not null and street is not null
    union all
    select district, cast(population as bigint) from districts
    union all
    select '*', cast(coalesce(max(own), sum(below)) as bigint)
    from (
        select population as own, null as below from listed where coalesce(district, street, community, estate) is null
        union all
        select null, population from districts
    ) as parts
    having count(*) > 0
)

select * from final
