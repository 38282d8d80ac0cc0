with tickets as (
    select
        issues.ticket_key, issues.issue_key, issues.created_at, tickets.person_hash,
        {{ day_number('issues.created_on') }} as day_number
    from {{ ref('int_ticket_issues') }} as issues
    inner join {{ ref('int_tickets__keyed') }} as tickets using (ticket_key)
),

-- in the 90 days (rule intensity.repeat_days) up to and with this one: reports of the issue by the day, contacts of the person by the instant
final as (
    select
        ticket_key,
        issue_key,
        count(*) over recent_issue as issue_reports_90d,
        case when person_hash is not null then count(*) over recent_person end as person_contacts_90d
    from tickets
    window
        recent_issue as (partition by issue_key order by day_number range between {{ rule_constant('intensity', 'repeat_days') }} preceding and current row),
        recent_person as (partition by issue_key, person_hash order by created_at range between interval '{{ rule_constant('intensity', 'repeat_days') }}' day preceding and current row)
)

select * from final
