with quarantine as (
    select * from {{ ref('stg_ledger__quarantine') }}
),

final as (
    select source, reason_code, column_name, count(*) as rows
    from quarantine
    group by source, reason_code, column_name
)

select * from final
