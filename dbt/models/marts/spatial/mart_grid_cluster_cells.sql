with final as (
    select
        identities.cluster_id, cells.judged_on, grid.cell_key, cells.reports, cells.expected, cells.previous_reports
    from {{ ref('int_cluster_cells') }} as cells
    inner join {{ ref('int_cluster_identities') }} as identities using (component)
    inner join {{ source('sense', 'cells') }} as grid using (cell_id)
)

select * from final
