with source as (
    select * from {{ source('acts', 'events') }}
),

final as (
    select
        act_id, alert_id, position, act, reason, nullif(assignee, '') as assignee, actor, acted_at, until_on
    from source
    {%- if var('acts_until') %}
    where acted_at <= {{ acts_until() }}
    {%- endif %}
)

select * from final
