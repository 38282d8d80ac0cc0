with artefacts as (
    select * from {{ source('sense', 'artefacts') }}
),

final as (
    select artefacts.ticket_key, tickets.created_on, artefacts.reason as artefact_reason
    from artefacts
    inner join {{ ref('fct_tickets') }} as tickets using (ticket_key)
)

select * from final
