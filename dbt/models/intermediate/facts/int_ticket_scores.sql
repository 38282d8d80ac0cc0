{% set terms = ['urgency', 'emotion', 'risk', 'repeat', 'escalation', 'dissatisfaction'] %}
{# what a ticket tells with its outcome, and what it told while it was open #}
{% set stages = {'told': terms, 'open': terms[:-1]} %}

with tickets as (
    select
        keyed.ticket_key, terms.has_text, terms.has_sensitive_words, repeats.issue_key, repeats.issue_reports_90d,
        coalesce(persons.issue_persons_90d, case when keyed.person_hash is not null then 1 end) as issue_persons_90d,
        terms.urgency_level, terms.emotion_level, terms.risk_level, terms.escalation_level, terms.dissatisfaction_level,
        greatest({{ clip('(repeats.person_contacts_90d - 1) / 2.0') }}, terms.worded_repeat_level) as repeat_level,
        terms.has_life_safety_words or coalesce(categories.is_life_safety, false) as is_life_safety,
        {% for term in terms %}rules.{{ term }}_points{{ ", " if not loop.last }}{% endfor %}
    from {{ ref('int_tickets__keyed') }} as keyed
    inner join {{ ref('int_ticket_terms') }} as terms using (ticket_key)
    inner join {{ ref('int_dated_rules') }} as rules on keyed.created_on between rules.valid_from and rules.valid_to
    left join {{ ref('int_ticket_repeats') }} as repeats using (ticket_key)
    left join {{ ref('int_ticket_persons') }} as persons
        on persons.issue_key = repeats.issue_key and persons.created_on = keyed.created_on
    left join {{ ref('stg_reference__categories') }} as categories
        on categories.category_key = keyed.finest_category_key
),

pointed as (
    select
        *,
        {% for name, parts in stages.items() -%}
        {% for term in parts %}coalesce({{ term }}_level * {{ term }}_points, 0){{ ' + ' if not loop.last }}{% endfor %} as {{ name }}_points,
        {% for term in parts %}case when {{ term }}_level is null then 0 else {{ term }}_points end{{ ' + ' if not loop.last }}{% endfor %} as {{ name }}_known_points,
        {% endfor -%}
        {% for term in terms %}{{ term }}_points{{ ' + ' if not loop.last }}{% endfor %} as all_points
    from tickets
),

-- terms that are not known are reweighted, not counted as zero; with too few of them there is no score
scored as (
    select
        *
        {%- for name in stages %},
        case when {{ name }}_known_points >= all_points * {{ rule('intensity', 'min_coverage_share') }} then least(100, {{ name }}_points * all_points / {{ name }}_known_points) end as {{ name }}_weighted_score
        {%- endfor %}
    from pointed
),

final as (
    select
        ticket_key, issue_key, has_text, is_life_safety, has_sensitive_words, issue_reports_90d, issue_persons_90d,
        {% for term in terms %}{{ term }}_level, {% endfor %}
        told_known_points / all_points as intensity_coverage_share
        {%- for name, column in [('told', 'intensity_score'), ('open', 'open_intensity_score')] %},
        case
            when is_life_safety then greatest(coalesce({{ name }}_weighted_score, 0), {{ rule('intensity', 'life_safety_floor') }})
            else {{ name }}_weighted_score
        end as {{ column }}
        {%- endfor %}
    from scored
)

select * from final
