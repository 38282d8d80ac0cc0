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
        ('spine_days', '{{ var("spine_days") }}'), ('score_months', '{{ var("score_months") }}'), ('fine_months', '{{ var("fine_months") }}'), ('kpi_weeks', '{{ var("kpi_weeks") }}')
    ) as listed (key, value)
),

final as (
    select
        rules.rule_name as rule, rules.rule_key as key, cast(coalesce(weights.weight, rules.rule_value) as string) as value, rules.unit,
        coalesce(weights.version, rules.version) as version, coalesce(weights.author, rules.author) as author,
        coalesce(weights.decided_on, rules.decided_on) as decided_on, coalesce(weights.reason, rules.reason) as reason
    from {{ ref('rules') }} as rules
    left join {{ ref('mart_weights') }} as weights on weights.rule = rules.rule_name and weights.key = rules.rule_key and weights.valid_to is null
    union all
    select 'lexicon_' || term_kind, language, cast(patterns as string), 'patterns', version, author, decided_on, 'number of patterns' from lexicon
    union all
    select 'code_' || code_domain, pattern, cast(code_value as string), meaning, version, author, decided_on, reason from {{ ref('code_rules') }}
    union all
    select 'alert_level', cast(alert_level as string), cast(review_due_hours as string), 'hours to review', version, author, decided_on, reason from {{ ref('alert_levels') }}
    union all
    select 'alert_' || code_type, code, name_en, 'name', version, author, decided_on, reason from {{ ref('alert_codes') }}
    union all
    select 'setting', key, value, 'weisu.toml', 'workspace', 'workspace', cast(null as date), 'setting of this workspace' from settings
)

select * from final
