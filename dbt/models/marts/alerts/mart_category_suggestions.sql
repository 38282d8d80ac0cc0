with suggested as (
    select * from {{ source('sense', 'category_suggestions') }}
),

final as (
    select
        suggested.ticket_key,
        tickets.created_on,
        coalesce(tickets.category_l3_key, tickets.category_l2_key, tickets.category_l1_key) as category_key,
        suggested.category_key as suggested_category_key,
        suggested.chance,
        suggested.is_sure
    from suggested
    inner join {{ ref('fct_tickets') }} as tickets using (ticket_key)
)

select * from final
