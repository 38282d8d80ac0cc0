with detected as (
    select * from {{ source('sense', 'held_alerts') }}
),

final as (
    select * from detected
)

select * from final
