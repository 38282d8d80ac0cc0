-- depends_on: {{ ref('lexicon') }}, {{ ref('lexicon_scopes') }}, {{ ref('lexicon_classes') }}
{% set kinds = ['urgency', 'emotion', 'risk', 'repeat', 'escalation', 'life_safety', 'self_harm', 'threat', 'crowd', 'sensitive', 'reproach', 'indignation', 'waiting'] %}
{% set grave = ['life_safety', 'self_harm', 'threat', 'crowd'] %}

with tickets as (
    select
        *,
        -- a title that only repeats the category says nothing
        text is not null or lower(title) not in (lower(category_l1), lower(category_l2), lower(coalesce(category_l3, category_l2))) as has_own_words,
        coalesce(title, '') || ' 。' || coalesce(text, '') as joined_words
    from {{ ref('int_tickets__keyed') }}
),

worded as (
    select
        ticket_key, priority, channel, is_solved, satisfaction, redo_count,
        coalesce(has_own_words, false) as has_text,
        case when has_own_words then {{ matching_form('joined_words') }} end as words
    from tickets
),

-- per kind, what is left of the words when denials, hypotheses and harmless uses are taken out
scoped as (
    select *{% for kind in kinds %}, {{ counted_words(kind, 'words') }} as {{ kind }}_words{% endfor %}
    from worded
),

coded as (
    select
        scoped.*,
        case when channel is null then null else coalesce((
            select max(c.code_value) from {{ ref('code_rules') }} as c where c.code_domain = 'channel' and {{ matches('lower(scoped.channel)', 'c.pattern') }}
        ), 0) end as channel_escalation,
        case when priority is null then null else coalesce((
            select max(c.code_value) from {{ ref('code_rules') }} as c where c.code_domain = 'priority' and {{ matches('lower(scoped.priority)', 'c.pattern') }}
        ), 0) end as priority_urgency
    from scoped
),

final as (
    select
        ticket_key,
        has_text,
        greatest({{ lexicon_value('urgency', 'urgency_words') }}, priority_urgency) as urgency_level,
        {{ emotion_value('emotion_words', 'threat_words', 'reproach_words', 'indignation_words', 'waiting_words', 'repeat_words') }} as emotion_level,
        greatest({{ lexicon_value('risk', 'risk_words') }}, {% for kind in grave %}{{ lexicon_value(kind, kind ~ '_words') }}{{ ', ' if not loop.last }}{% endfor %}) as risk_level,
        {{ lexicon_value('repeat', 'repeat_words') }} as worded_repeat_level,
        greatest({{ lexicon_value('escalation', 'escalation_words') }}, channel_escalation) as escalation_level,
        case
            when is_solved is null and satisfaction is null then null
            when not coalesce(is_solved, true) or coalesce(satisfaction = 'unsatisfied', false) then case when redo_count > 0 then 1.0 else 0.5 end
            else 0.0
        end as dissatisfaction_level,
        coalesce(greatest({% for kind in grave %}{{ lexicon_value(kind, kind ~ '_words') }}{{ ', ' if not loop.last }}{% endfor %}) > 0, false) as has_life_safety_words,
        coalesce({{ lexicon_value('sensitive', 'sensitive_words') }} > 0, false) as has_sensitive_words,
        nullif(concat_ws('; '{% for kind in kinds %}, {{ lexicon_hits(kind, kind ~ '_words') }}{% endfor %}), '') as term_hits
    from coded
)

select * from final
