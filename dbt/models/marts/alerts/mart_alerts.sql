with alerts as (
    select * from {{ source('sense', 'alerts') }}
),

final as (
    select
        alerts.alert_id, alerts.raised_on, alerts.last_on, alerts.level, alerts.signals, alerts.classes,
        alerts.category_key, alerts.category, alerts.area_key, alerts.area, alerts.area_level,
        alerts.window_start_on, alerts.window_end_on, alerts.observed, alerts.expected, alerts.ratio, alerts.score,
        alerts.persons, alerts.places, alerts.composite_score, alerts.signal_status, alerts.artefact_reason,
        coalesce(states.status, case when alerts.signal_status = 'suspected_artefact' then 'suspected_artefact' else 'new' end) as status,
        coalesce(states.assignee, owners.owner) as owner,
        owners.sector_unit, owners.territory_unit, owners.legal_basis,
        levels.review_due_hours, levels.send_due_hours, levels.feedback_due_hours,
        alerts.title_zh, alerts.title_en, alerts.why_zh, alerts.why_en, alerts.evidence, alerts.lat, alerts.lon, alerts.radius_m
    from alerts
    left join {{ ref('int_alert_states') }} as states using (alert_id)
    left join {{ ref('int_alert_owners') }} as owners using (alert_id)
    left join {{ ref('alert_levels') }} as levels on levels.alert_level = alerts.level
)

select * from final
