with edges as (
    select own.node_id, other.node_id as neighbour_id
    from {{ ref('int_dense_cells') }} as own
    inner join {{ source('sense', 'cell_neighbours') }} as near using (cell_id)
    inner join {{ ref('int_dense_cells') }} as other
        on other.cell_id = near.neighbour_cell_id and other.judged_on = own.judged_on and other.category_key = own.category_key
),

{{ connected_components('labels', ref('int_dense_cells'), 'edges', rounds=8) }},

final as (
    select cells.node_id, cells.judged_on, cells.category_key, cells.cell_id, cells.reports, cells.previous_reports, cells.expected, labels_8.label as component
    from {{ ref('int_dense_cells') }} as cells
    inner join labels_8 using (node_id)
)

select * from final
