with detected as (
    select * from {{ source('sense', 'forecasts') }}
),

final as (
    select * from detected
)

select * from final
