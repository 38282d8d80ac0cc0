with detected as (
    select * from {{ source('sense', 'alert_effects') }}
),

final as (
    select * from detected
)

select * from final
