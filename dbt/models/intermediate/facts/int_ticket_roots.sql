with tickets as (
    select source, ticket_id, ticket_key, nullif(parent_ticket_id, ticket_id) as parent_ticket_id
    from {{ ref('int_tickets__keyed') }}
),

-- merged tickets point at the ticket they were merged into; chains are followed four steps
final as (
    select
        child.ticket_key,
        coalesce(fourth.ticket_key, third.ticket_key, second.ticket_key, first.ticket_key, child.ticket_key) as case_key
    from tickets as child
    left join tickets as first on first.source = child.source and first.ticket_id = child.parent_ticket_id
    left join tickets as second on second.source = first.source and second.ticket_id = first.parent_ticket_id and second.ticket_key <> child.ticket_key
    left join tickets as third on third.source = second.source and third.ticket_id = second.parent_ticket_id and third.ticket_key <> first.ticket_key
    left join tickets as fourth on fourth.source = third.source and fourth.ticket_id = third.parent_ticket_id and fourth.ticket_key <> second.ticket_key
)

select * from final
