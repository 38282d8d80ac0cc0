{{ config(severity='warn') }}
-- no two neighbouring dense cells of a category lie in different components
select own.node_id, other.node_id as neighbour_id
from {{ ref('int_cluster_components') }} as own
inner join {{ source('sense', 'cell_neighbours') }} as near using (cell_id)
inner join {{ ref('int_cluster_components') }} as other
    on other.cell_id = near.neighbour_cell_id and other.judged_on = own.judged_on and other.category_key = own.category_key
where own.component <> other.component
