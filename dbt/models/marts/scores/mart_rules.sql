with lexicon as (
    select term_kind, language, count(*) as patterns, max(version) as version, max(author) as author, max(decided_on) as decided_on
    from {{ ref('lexicon') }}
    group by term_kind, language
),

settings as (
    select key, value
    from (values
        ('partly_satisfied_weight', '{{ var("partly_satisfied_weight") }}'), ('contact_weight', '{{ var("contact_weight") }}'),
        ('solved_weight', '{{ var("solved_weight") }}'), ('satisfied_weight', '{{ var("satisfied_weight") }}'),
        ('spine_days', '{{ var("spine_days") }}'), ('score_months', '{{ var("score_months") }}'), ('kpi_weeks', '{{ var("kpi_weeks") }}')
    ) as listed (key, value)
),

final as (
    select rule_name as rule, rule_key as key, cast(rule_value as varchar) as value, unit, version, author, decided_on, reason from {{ ref('rules') }}
    union all
    select 'lexicon_' || term_kind, language, cast(patterns as varchar), 'patterns', version, author, decided_on, 'number of patterns' from lexicon
    union all
    select 'code_' || code_domain, pattern, cast(code_value as varchar), meaning, version, author, decided_on, reason from {{ ref('code_rules') }}
    union all
    select 'alert_level', cast(alert_level as varchar), cast(review_due_hours as varchar), 'hours to review', version, author, decided_on, reason from {{ ref('alert_levels') }}
    union all
    select 'alert_' || code_type, code, name_en, 'name', version, author, decided_on, reason from {{ ref('alert_codes') }}
    union all
    select 'setting', key, value, 'weisu.toml', 'workspace', 'workspace', cast(null as date), 'setting of this workspace' from settings
)

select * from final
