-- a source that never names a second unit does not say that there was none
with sources as (
    select source, count(co_units) > 0 as has_co_units from {{ ref('int_tickets__keyed') }} group by source
),

tickets as (
    select keyed.*, limits.due_at as effective_due_at, limits.due_on as effective_due_on, limits.limit_hours, sources.has_co_units
    from {{ ref('int_tickets__keyed') }} as keyed
    left join {{ ref('int_ticket_limits') }} as limits using (ticket_key)
    left join sources using (source)
),

timed as (
    select
        *,
        case
            when closed_at is null or not is_end_impossible then {{ hours_between('created_at', 'coalesce(closed_at, ' ~ as_of_at() ~ ')') }}
        end as elapsed_hours,
        effective_due_at < coalesce(closed_at, {{ as_of_at() }}) as is_overdue
    from tickets
),

final as (
    select
        t.source, t.ticket_id, t.ticket_key, t.version_hash, t.load_id,
        t.created_at, t.created_on, t.received_at, t.dispatched_at, t.contacted_at, t.closed_at, t.closed_on,
        t.effective_due_at as due_at, t.effective_due_on as due_on, t.is_date_only,
        t.channel, t.kind, t.status, t.priority, t.is_demand, t.is_removed,
        t.category_l1_key, t.category_l2_key, t.category_l3_key,
        t.district_key, t.street_key, t.community_key, t.estate_key, t.address, t.place_key, t.lat, t.lon,
        t.unit, t.co_units, case when t.has_co_units then t.co_units is not null end as is_joint,
        t.title, t.text, t.reply, t.labels, t.company, t.likes, t.person_hash, t.parent_ticket_id,
        t.redo_count, t.return_count, t.transfer_count, t.is_extended, t.is_suspended, t.is_lawfully_ended,
        t.is_solved, t.is_contacted, t.is_followed_up,
        t.satisfaction, t.rating_speed, t.rating_effect, t.rating_attitude, t.rating_feedback,
        t.is_overdue, t.elapsed_hours, t.limit_hours,
        s.intensity_score, s.open_intensity_score, s.intensity_coverage_share,
        s.urgency_level, s.emotion_level, s.risk_level, s.repeat_level, s.escalation_level, s.dissatisfaction_level,
        s.has_text, s.is_life_safety, s.has_sensitive_words,
        {{ grade('thresholds', 'grade_frequency', 's.issue_reports_90d') }} as grade_frequency,
        {{ level('thresholds', 's.intensity_score') }} as grade_intensity,
        {{ grade('thresholds', 'grade_breadth', 's.issue_persons_90d') }} as grade_breadth,
        {{ grade('thresholds', 'grade_difficulty', 't.elapsed_hours / nullif(t.limit_hours, 0)') }} as grade_difficulty,
        roots.case_key, s.issue_key, t.flags
    from timed as t
    inner join {{ ref('int_ticket_scores') }} as s using (ticket_key)
    inner join {{ ref('int_ticket_roots') }} as roots using (ticket_key)
    inner join {{ ref('int_dated_rules') }} as thresholds on t.created_on between thresholds.valid_from and thresholds.valid_to
)

select * from final
