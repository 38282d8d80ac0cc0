-- what the words of a ticket say, beside what its channel, its priority and its outcome say
with tickets as (
    select
        words.*, keyed.is_solved, keyed.satisfaction, keyed.redo_count,
        case when keyed.channel is null then null else coalesce((
            select max(c.code_value) from {{ ref('code_rules') }} as c where c.code_domain = 'channel' and {{ matches('lower(keyed.channel)', 'c.pattern') }}
        ), 0) end as channel_escalation,
        case when keyed.priority is null then null else coalesce((
            select max(c.code_value) from {{ ref('code_rules') }} as c where c.code_domain = 'priority' and {{ matches('lower(keyed.priority)', 'c.pattern') }}
        ), 0) end as priority_urgency
    from {{ ref('int_ticket_words') }} as words
    inner join {{ ref('int_tickets__keyed') }} as keyed using (ticket_key)
),

final as (
    select
        ticket_key,
        has_text,
        greatest(worded_urgency_level, priority_urgency) as urgency_level,
        emotion_level,
        risk_level,
        worded_repeat_level,
        greatest(worded_escalation_level, channel_escalation) as escalation_level,
        case
            when is_solved is null and satisfaction is null then null
            when not coalesce(is_solved, true) or coalesce(satisfaction = 'unsatisfied', false) then case when redo_count > 0 then 1.0 else 0.5 end
            else 0.0
        end as dissatisfaction_level,
        has_life_safety_words,
        has_sensitive_words
    from tickets
)

select * from final
