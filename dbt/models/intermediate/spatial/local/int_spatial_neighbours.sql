with areas as (
    select unit_type, unit_id, unit_key from {{ ref('int_spatial_units') }} where unit_type <> 'grid'
),

final as (
    select 'grid' as unit_type, cell_id as unit_id, neighbour_cell_id as neighbour_id from {{ source('sense', 'cell_neighbours') }}
    union all
    select own.unit_type, own.unit_id, other.unit_id
    from {{ source('sense', 'area_neighbours') }} as near
    inner join areas as own on own.unit_key = near.area_key
    inner join areas as other on other.unit_key = near.neighbour_area_key
)

select * from final
