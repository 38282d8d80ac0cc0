with drift as (
    select * from {{ ref('stg_ledger__drift') }}
),

loads as (
    select load_id, file_label, loaded_at from {{ ref('stg_ledger__loads') }}
),

final as (
    select
        drift.load_id, loads.loaded_at, drift.source, loads.file_label,
        drift.kind, drift.field, drift.value, drift.detail
    from drift
    inner join loads using (load_id)
)

select * from final
