with events as (
    select * from {{ ref('stg_acts__events') }}
),

final as (
    select events.*
    from events
    inner join {{ source('sense', 'alerts') }} as alerts using (alert_id)
)

select * from final
