with contacts as (
    select distinct issues.issue_key, tickets.person_hash, issues.created_on
    from {{ ref('int_ticket_issues') }} as issues
    inner join {{ ref('int_tickets__keyed') }} as tickets using (ticket_key)
    where tickets.person_hash is not null
),

days as (
    select distinct issue_key, created_on from contacts
),

-- different persons on the issue in the 90 days up to each day that has a contact
final as (
    select
        days.issue_key,
        days.created_on,
        count(distinct contacts.person_hash) as issue_persons_90d
    from days
    inner join contacts
        on contacts.issue_key = days.issue_key
        and contacts.created_on <= days.created_on
        and contacts.created_on >= cast(days.created_on - interval '{{ rule_constant('intensity', 'repeat_days') }}' day as date)
    group by days.issue_key, days.created_on
)

select * from final
