with detected as (
    select * from {{ source('sense', 'clusters') }}
),

final as (
    select * from detected
)

select * from final
