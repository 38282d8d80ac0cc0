with loads as (
    select * from {{ ref('stg_ledger__loads') }}
),

final as (
    select
        load_id, source, file_label, file_sha256, file_bytes, profile_version, exported_at, loaded_at,
        rows_read, rows_new, rows_new_version, rows_unchanged, rows_quarantined, rows_flagged
    from loads
)

select * from final
