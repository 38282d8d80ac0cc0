with detected as (
    select * from {{ source('sense', 'lead_lag') }}
),

latest as (
    select max(known_on) as known_on from detected
),

final as (
    select detected.*, detected.known_on = latest.known_on as is_current
    from detected
    cross join latest
)

select * from final
