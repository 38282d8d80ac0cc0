with source as (
    select * from {{ source('ledger', 'loads') }}
),

final as (
    select
        load_id,
        source,
        file_sha256,
        file_label,
        file_bytes,
        profile_version,
        exported_at,
        loaded_at,
        rows_read,
        rows_new,
        rows_new_version,
        rows_unchanged,
        rows_quarantined,
        rows_flagged
    from source
)

select * from final
