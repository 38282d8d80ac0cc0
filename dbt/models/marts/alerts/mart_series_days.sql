with detected as (
    select * from {{ source('sense', 'series_days') }}
),

final as (
    select * from detected
)

select * from final
