with source as (
    select * from {{ source('ledger', 'open_quarantine') }}
),

-- the masked rows themselves stay in the ledger
final as (
    select load_id, source, row_number, reason_code, column_name
    from source
)

select * from final
