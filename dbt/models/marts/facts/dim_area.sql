with seen as (
    select district, street, community, estate, lat, lon from {{ ref('int_tickets__keyed') }} where district is not null
    union all
    select district, street, community, estate, null, null from {{ ref('stg_reference__areas') }} where district is not null
),

levels as (
    select '*' as area_key, 'city' as area_level, '*' as area_name, cast(null as string) as parent_area_key,
        cast(null as string) as district, cast(null as string) as street, cast(null as string) as community, cast(null as string) as estate,
        lat, lon from {{ ref('int_tickets__keyed') }}
    union all
    select district, 'district', district, '*', district, null, null, null, lat, lon from seen
    union all
    select {{ street_key('district', 'street') }}, 'street', street, district, district, street, null, null, lat, lon from seen where street is not null
    union all
    select {{ community_key('district', 'street', 'community') }}, 'community', community, {{ street_key('district', 'street') }}, district, street, community, null, lat, lon
    from seen where street is not null and community is not null
    union all
    select {{ estate_key('district', 'street', 'community', 'estate') }}, 'estate', estate,
        coalesce({{ community_key('district', 'street', 'community') }}, {{ street_key('district', 'street') }}), district, street, community, estate, lat, lon
    from seen where street is not null and estate is not null
),

placed as (
    select
        area_key, area_level, max(area_name) as area_name, max(parent_area_key) as parent_area_key,
        max(district) as district, max(street) as street, max(community) as community, max(estate) as estate,
        avg(lat) as lat, avg(lon) as lon
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
        populations.population,
        coalesce(listed.lat, placed.lat) as lat,
        coalesce(listed.lon, placed.lon) as lon
    from placed
    left join listed using (area_key)
    left join {{ ref('int_area_populations') }} as populations using (area_key)
)

select * from final
