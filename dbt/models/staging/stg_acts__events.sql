with source as (
    select * from {{ source('acts', 'events') }}
),

final as (
    select
        act_id, alert_id, position, act, reason, nullif(assignee, '') as assignee, actor, acted_at, until_on
    from source
)

select * from final
