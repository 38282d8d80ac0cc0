with tickets as (
    select source, min(created_on) as first_created_on, max(created_on) as last_created_on, count(*) as tickets
    from {{ ref('fct_tickets') }}
    group by source
),

loads as (
    select source, max(loaded_at) as last_loaded_at, max(exported_at) as last_exported_at, count(*) as loads
    from {{ ref('stg_ledger__loads') }}
    group by source
),

final as (
    select
        tickets.source, tickets.first_created_on, tickets.last_created_on, tickets.tickets,
        loads.last_loaded_at, loads.last_exported_at, loads.loads,
        {{ dbt.datediff('tickets.last_created_on', as_of_on(), 'day') }} as days_behind
    from tickets
    left join loads using (source)
)

select * from final
