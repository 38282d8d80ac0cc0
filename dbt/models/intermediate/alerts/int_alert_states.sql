with standing as (
    {{ standing_acts(ref('stg_acts__events'), 'alert_id', 'act', 'alert_id, act, assignee, acted_at') }}
),

stated as (
    select standing.alert_id, standing.acted_at, standing.position, nullif(states.status, '') as status, standing.assignee
    from standing
    inner join {{ ref('act_states') }} as states using (act)
),

final as (
    select
        alert_id,
        max_by(status, case when status is not null then position end) as status,
        max_by(assignee, case when assignee is not null then position end) as assignee,
        max(acted_at) as last_acted_at
    from stated
    group by alert_id
)

select * from final
