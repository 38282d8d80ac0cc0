with source as (
    select * from {{ source('ledger', 'ticket_versions') }}
),

-- a ticket created after the as-of day does not exist yet
final as (
    select
        *,
        state_at < {{ as_of_at() }} as is_known_state
    from source
    where created_on <= {{ as_of_on() }}
)

select * from final
