with source as (
    select * from {{ source('reference', 'duties') }}
),

trimmed as (
    select
        nullif(trim(category_l1), '') as category_l1,
        nullif(trim(category_l2), '') as category_l2,
        nullif(trim(district), '') as district,
        nullif(trim(street), '') as street,
        nullif(trim(sector_unit), '') as sector_unit,
        nullif(trim(territory_unit), '') as territory_unit,
        cast(limit_days as double) as limit_days,
        nullif(trim(legal_basis), '') as legal_basis,
        coalesce(cast(valid_from as date), date '0001-01-01') as valid_from,
        coalesce(cast(valid_to as date), date '9999-12-31') as valid_to
    from source
),

-- a finer category outweighs a finer place: the duty list is a list of matters
weighed as (
    select
        *,
        case when category_l2 is not null then 8 else 0 end + case when category_l1 is not null then 4 else 0 end
        + case when street is not null then 2 else 0 end + case when district is not null then 1 else 0 end as specificity
    from trimmed
),

final as (
    select
        row_number() over (
            order by specificity, category_l1, category_l2, district, street, valid_from, valid_to, sector_unit, territory_unit
        ) as duty_number,
        *
    from weighed
)

select * from final
