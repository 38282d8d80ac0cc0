with source as (
    select * from {{ source('acts', 'events') }}
),

final as (
    select act_id, alert_id, act, reason, assignee, actor, acted_at
    from source
)

select * from final
