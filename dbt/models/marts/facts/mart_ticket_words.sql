with final as (
    select
        ticket_key, version_hash, text_hash, corrections, has_text, worded_urgency_level, emotion_level, risk_level, worded_repeat_level, worded_escalation_level,
        has_life_safety_words, has_sensitive_words, term_hits
    from {{ ref('int_ticket_words') }}
)

select * from final
