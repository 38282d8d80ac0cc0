with links as (
    select * from {{ source('sense', 'alert_tickets') }}
),

final as (
    select distinct alert_id, ticket_key from links
)

select * from final
