{{ config(materialized='view') }}

-- every ticket counts in its city, district, street, community and estate, under its first, second and third category
with levels as (
    select area_level, category_level, area_level in ('community', 'estate') or category_level = 3 as is_fine
    from (values ('city'), ('district'), ('street'), ('community'), ('estate')) as areas (area_level)
    cross join (values (1), (2), (3)) as categories (category_level)
),

final as (
    select
        tickets.*, levels.area_level, levels.category_level, levels.is_fine,
        case area_level when 'city' then city_code when 'district' then district_code when 'street' then street_code when 'community' then community_code else estate_code end as area_code,
        -- the buildings of an estate are not known
        case area_level when 'city' then district_code when 'district' then street_code when 'street' then community_code when 'community' then estate_code end as child_code,
        case category_level when 1 then category_l1_code when 2 then category_l2_code else category_l3_code end as category_code
    from {{ ref('int_coded_tickets') }} as tickets
    cross join levels
)

select * from final
where area_code is not null and category_code is not null
