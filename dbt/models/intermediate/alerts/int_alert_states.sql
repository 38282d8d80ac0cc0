with events as (
    select *, case when act = 'undo' then -1 else 1 end as step
    from {{ ref('stg_acts__events') }}
),

-- acts are a stack: an undo takes back the last act that still stands
balanced as (
    select *, sum(step) over (partition by alert_id order by position rows unbounded preceding) as balance
    from events
),

standing as (
    select
        alert_id, act, assignee, acted_at, position,
        coalesce(min(balance) over (partition by alert_id order by position rows between 1 following and unbounded following), balance) >= balance as is_standing
    from balanced
),

stated as (
    select standing.alert_id, standing.acted_at, standing.position, nullif(states.status, '') as status, standing.assignee
    from standing
    inner join {{ ref('act_states') }} as states using (act)
    where standing.is_standing and standing.act <> 'undo'
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
