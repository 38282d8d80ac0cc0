with detected as (
    select * from {{ source('sense', 'change_points') }}
),

final as (
    select * from detected
)

select * from final
