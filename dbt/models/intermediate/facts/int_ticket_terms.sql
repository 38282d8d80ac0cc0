-- depends_on: {{ ref('lexicon') }}
with tickets as (
    select
        *,
        -- a title that only repeats the category says nothing
        text is not null or lower(title) not in (lower(category_l1), lower(category_l2), lower(coalesce(category_l3, category_l2))) as has_own_words,
        lower(coalesce(title, '') || ' ' || coalesce(text, '')) as joined_words
    from {{ ref('int_tickets__keyed') }}
),

worded as (
    select
        ticket_key, priority, channel, is_solved, satisfaction, redo_count,
        coalesce(has_own_words, false) as has_text,
        case when has_own_words then joined_words end as words
    from tickets
),

coded as (
    select
        worded.*,
        case when channel is null then null else coalesce((
            select max(c.code_value) from {{ ref('code_rules') }} as c where c.code_domain = 'channel' and {{ matches('lower(worded.channel)', 'c.pattern') }}
        ), 0) end as channel_escalation,
        case when priority is null then null else coalesce((
            select max(c.code_value) from {{ ref('code_rules') }} as c where c.code_domain = 'priority' and {{ matches('lower(worded.priority)', 'c.pattern') }}
        ), 0) end as priority_urgency
    from worded
),

final as (
    select
        ticket_key,
        has_text,
        greatest({{ lexicon_value('urgency', 'words') }}, priority_urgency) as urgency_level,
        {{ lexicon_value('emotion', 'words') }} as emotion_level,
        {{ lexicon_value('risk', 'words') }} as risk_level,
        {{ lexicon_value('repeat', 'words') }} as worded_repeat_level,
        greatest({{ lexicon_value('escalation', 'words') }}, channel_escalation) as escalation_level,
        case
            when is_solved is null and satisfaction is null then null
            when not coalesce(is_solved, true) or coalesce(satisfaction = 'unsatisfied', false) then case when redo_count > 0 then 1.0 else 0.5 end
            else 0.0
        end as dissatisfaction_level,
        coalesce({{ lexicon_value('life_safety', 'words') }} > 0, false) as has_life_safety_words,
        coalesce({{ lexicon_value('sensitive', 'words') }} > 0, false) as has_sensitive_words
    from coded
)

select * from final
