with detected as (
    select * from {{ source('sense', 'detector_reviews') }}
),

final as (
    select * from detected
)

select * from final
