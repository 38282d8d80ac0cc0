-- depends_on: {{ ref('lexicon') }}, {{ ref('lexicon_scopes') }}, {{ ref('lexicon_classes') }}
{% set kinds = ['urgency', 'emotion', 'risk', 'repeat', 'escalation', 'life_safety', 'self_harm', 'threat', 'crowd', 'sensitive', 'reproach', 'indignation', 'waiting'] %}
{% set grave = ['life_safety', 'self_harm', 'threat', 'crowd'] %}
{% set lexicon = {} %}{% if execute %}{{ add_lexicon(lexicon) }}{% endif %}
{% set published = source('published', 'mart_ticket_words') %}

-- a version that the last publication read by the same lexicon and the same corrections is not read again
with tickets as (
    select
        keyed.ticket_key, keyed.version_hash, keyed.title, keyed.text, {{ text_hash('keyed.title', 'keyed.text') }} as text_hash,
        -- a title that only repeats the category says nothing
        coalesce(
            keyed.text is not null
            or lower(keyed.title) not in (coalesce(lower(keyed.category_l1), ''), coalesce(lower(keyed.category_l2), ''), coalesce(lower(keyed.category_l3), '')),
            false
        ) as has_text
    from {{ ref('int_tickets__keyed') }} as keyed
    {%- if var('words_stand') %}
    left join {{ published }} as known on known.ticket_key = keyed.ticket_key and known.version_hash = keyed.version_hash
    left join {{ ref('int_word_corrections') }} as judged on judged.text_hash = known.text_hash
    where known.ticket_key is null or coalesce(known.corrections, '') <> coalesce(judged.corrections, '')
    {%- endif %}
),

joined as (
    select tickets.*, judged.corrections, coalesce(title, '') || ' 。' || coalesce(text, '') as joined_words
    from tickets
    left join {{ ref('int_word_corrections') }} as judged using (text_hash)
),

worded as (
    select ticket_key, version_hash, text_hash, corrections, has_text, case when has_text then {{ matching_form('joined_words') }} end as words from joined
),

-- per kind, what is left of the words when denials, hypotheses and harmless uses are taken out, as people corrected it
scoped as (
    select *{% for kind in kinds %}, {{ corrected_words(lexicon, kind, 'words', 'corrections') }} as {{ kind }}_words{% endfor %}
    from worded
),

-- values that several columns rest on: a long pattern is worth reading once
valued as (
    select
        *,
        {% for kind in grave %}{{ lexicon_value(lexicon, kind, kind ~ '_words') }} as {{ kind }}_value, {% endfor %}
        {{ lexicon_value(lexicon, 'repeat', 'repeat_words') }} as worded_repeat_level
    from scoped
),

final as (
    select
        ticket_key,
        version_hash,
        text_hash,
        corrections,
        has_text,
        {{ lexicon_value(lexicon, 'urgency', 'urgency_words') }} as worded_urgency_level,
        {{ emotion_value(lexicon, 'emotion_words', 'threat_value', 'reproach_words', 'indignation_words', 'waiting_words', 'worded_repeat_level') }} as emotion_level,
        greatest({{ lexicon_value(lexicon, 'risk', 'risk_words') }}, {% for kind in grave %}{{ kind }}_value{{ ', ' if not loop.last }}{% endfor %}) as risk_level,
        worded_repeat_level,
        {{ lexicon_value(lexicon, 'escalation', 'escalation_words') }} as worded_escalation_level,
        coalesce(greatest({% for kind in grave %}{{ kind }}_value{{ ', ' if not loop.last }}{% endfor %}) > 0, false) as has_life_safety_words,
        coalesce({{ lexicon_value(lexicon, 'sensitive', 'sensitive_words') }} > 0, false) as has_sensitive_words,
        nullif(concat_ws('; '{% for kind in kinds %}, {{ lexicon_hits(lexicon, kind, kind ~ '_words') }}{% endfor %}), '') as term_hits
    from valued
    {%- if var('words_stand') %}
    union all
    select {% for name in model.columns %}known.{{ name }}{{ ', ' if not loop.last }}{% endfor %}
    from {{ published }} as known
    inner join {{ ref('int_tickets__keyed') }} as keyed on keyed.ticket_key = known.ticket_key and keyed.version_hash = known.version_hash
    left join {{ ref('int_word_corrections') }} as judged on judged.text_hash = known.text_hash
    where coalesce(known.corrections, '') = coalesce(judged.corrections, '')
    {%- endif %}
)

select * from final
