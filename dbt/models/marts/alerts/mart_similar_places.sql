with listed as (
    select * from {{ source('sense', 'similar_places') }}
),

final as (
    select * from listed
)

select * from final
