with final as (
    select identities.cluster_id, tickets.judged_on, tickets.ticket_key, grid.cell_key
    from {{ ref('int_cluster_tickets') }} as tickets
    inner join {{ ref('int_cluster_identities') }} as identities using (component)
    inner join {{ source('sense', 'cells') }} as grid using (cell_id)
)

select * from final
