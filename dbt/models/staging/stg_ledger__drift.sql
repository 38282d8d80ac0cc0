with source as (
    select * from {{ source('ledger', 'drift') }}
),

final as (
    select distinct
        load_id, source, kind,
        coalesce(field, '') as field, coalesce(value, '') as value, coalesce(detail, '') as detail
    from source
)

select * from final
