with source as (
    select * from {{ source('reference', 'areas') }}
),

trimmed as (
    select
        nullif(trim(district), '') as district,
        nullif(trim(street), '') as street,
        nullif(trim(community), '') as community,
        nullif(trim(estate), '') as estate,
        cast(population as bigint) as population,
        cast(lat as double) as lat,
        cast(lon as double) as lon,
        nullif(trim(property_firm), '') as property_firm,
        nullif(trim(equipment), '') as equipment,
        cast(built_year as integer) as built_year
    from source
),

final as (
    select
        case
            when coalesce(district, street, community, estate) is null then '*'
            else {{ area_key('district', 'street', 'community', 'estate') }}
        end as area_key,
        *
    from trimmed
)

select * from final
