with source as (
    select * from {{ source('ledger', 'drift') }}
),

final as (
    select load_id, source, kind, field, value, detail
    from source
)

select * from final
