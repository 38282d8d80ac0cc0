with states as (
    select * from {{ ref('stg_acts__resolutions') }}
),

spans as (
    select
        *,
        max(position) over (partition by resolution_id) as last_position,
        min(recorded_at) over (partition by resolution_id) as asked_at,
        min(case when resolution_status in ('adopted', 'rejected') then recorded_at end) over (partition by resolution_id) as decided_at
    from states
),

final as (
    select
        resolution_id, resolution_status, period, report, text, owner, due_on, outcome, alert_id, issue_key, area_key, category_key, actor,
        asked_at, case when resolution_status not in ('suggested', 'proposed') then decided_at end as decided_at, recorded_at
    from spans
    where position = last_position
)

select * from final
