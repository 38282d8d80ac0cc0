{{ config(materialized='view') }}

with tickets as (
    select
        ticket_key, created_at, created_on, closed_at, closed_on, limit_hours, elapsed_hours, channel, person_hash, intensity_score, lat, lon,
        is_removed, is_joint, is_solved, transfer_count, redo_count, coalesce(is_extended, false) or coalesce(is_suspended, false) as is_extended,
        coalesce(is_lawfully_ended, false) as is_lawfully_ended,
        category_l1_key, category_l2_key, category_l3_key, district_key, street_key, community_key, estate_key
    from {{ ref('fct_tickets') }}
    where is_demand and category_l1_key is not null
        and created_on >= (select min(cohort_start_on) from {{ ref('int_scored_periods') }})
),

-- every ticket counts in its city, district, street, community and estate, under its first, second and third category
levels as (
    select area_level, category_level, area_level in ('community', 'estate') or category_level = 3 as is_fine
    from (values ('city'), ('district'), ('street'), ('community'), ('estate')) as areas (area_level)
    cross join (values (1), (2), (3)) as categories (category_level)
),

final as (
    select
        tickets.*, levels.area_level, levels.category_level, levels.is_fine,
        case area_level when 'city' then '*' when 'district' then district_key when 'street' then street_key when 'community' then community_key else estate_key end as area_key,
        -- the buildings of an estate are not known
        case area_level when 'city' then district_key when 'district' then street_key when 'street' then community_key when 'community' then estate_key end as child_key,
        case category_level when 1 then category_l1_key when 2 then category_l2_key else category_l3_key end as category_key
    from tickets
    cross join levels
)

select * from final
where area_key is not null and category_key is not null
