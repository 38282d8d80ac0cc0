{% set points = ['lat_sum', 'lat_count', 'lon_sum', 'lon_count'] %}

with reported as (
    select
        district, street, community, estate, min(created_on) as first_on,
        sum(lat) as lat_sum, count(lat) as lat_count, sum(lon) as lon_sum, count(lon) as lon_count
    from {{ ref('int_tickets__keyed') }}
    group by district, street, community, estate
),

-- what the city lists is known from the beginning
seen as (
    select * from reported where district is not null
    union all
    select district, street, community, estate, date '1900-01-01', null, null, null, null from {{ ref('stg_reference__areas') }} where district is not null
),

levels as (
    select '*' as area_key, 'city' as area_level, '*' as area_name, cast(null as string) as parent_area_key,
        cast(null as string) as district, cast(null as string) as street, cast(null as string) as community, cast(null as string) as estate,
        first_on, {{ points | join(', ') }} from reported
    union all
    select district, 'district', district, '*', district, null, null, null, first_on, {{ points | join(', ') }} from seen
    union all
    select {{ street_key('district', 'street') }}, 'street', street, district, district, street, null, null, first_on, {{ points | join(', ') }}
    from seen where street is not null
    union all
    select {{ community_key('district', 'street', 'community') }}, 'community', community, {{ street_key('district', 'street') }}, district, street, community, null,
        first_on, {{ points | join(', ') }}
    from seen where street is not null and community is not null
    union all
    select {{ estate_key('district', 'street', 'community', 'estate') }}, 'estate', estate,
        coalesce({{ community_key('district', 'street', 'community') }}, {{ street_key('district', 'street') }}), district, street, community, estate,
        first_on, {{ points | join(', ') }}
    from seen where street is not null and estate is not null
),

placed as (
    select
        area_key, area_level, max(area_name) as area_name, max(parent_area_key) as parent_area_key,
        max(district) as district, max(street) as street, max(community) as community, max(estate) as estate, min(first_on) as known_from_on,
        sum(lat_sum) / nullif(sum(lat_count), 0) as lat, sum(lon_sum) / nullif(sum(lon_count), 0) as lon
    from levels
    group by area_key, area_level
),

listed as (
    select area_key, max(lat) as lat, max(lon) as lon
    from {{ ref('stg_reference__areas') }}
    where area_key is not null
    group by area_key
),

final as (
    select
        placed.area_key, placed.area_level, placed.area_name, placed.parent_area_key,
        placed.district, placed.street, placed.community, placed.estate,
        populations.population, placed.known_from_on,
        coalesce(listed.lat, placed.lat) as lat,
        coalesce(listed.lon, placed.lon) as lon
    from placed
    left join listed using (area_key)
    left join {{ ref('int_area_populations') }} as populations using (area_key)
)

select * from final
