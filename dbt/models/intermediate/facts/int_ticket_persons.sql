with contacts as (
    select distinct
        issues.issue_key, issues.created_on, {{ day_number('issues.created_on') }} as day_number, {{ number_of('tickets.person_hash') }} as person_number
    from {{ ref('int_ticket_issues') }} as issues
    inner join {{ ref('int_tickets__keyed') }} as tickets using (ticket_key)
    where tickets.person_hash is not null
),

-- a contact counts for its 90 days (rule intensity.repeat_days) after, or until the same person's next
spans as (
    select
        issue_key, created_on, day_number,
        least(
            coalesce(lead(day_number) over (partition by issue_key, person_number order by day_number), day_number + {{ rule_constant('intensity', 'repeat_days') }} + 1),
            day_number + {{ rule_constant('intensity', 'repeat_days') }} + 1
        ) as until_number
    from contacts
),

changes as (
    select issue_key, day_number, created_on, 1 as persons from spans
    union all
    select issue_key, until_number, null, -1 from spans
),

daily as (
    select issue_key, day_number, max(created_on) as created_on, sum(persons) as persons from changes group by issue_key, day_number
),

running as (
    select issue_key, created_on, sum(persons) over (partition by issue_key order by day_number rows unbounded preceding) as persons from daily
),

-- different persons on the issue in the 90 days up to each day that has a contact
final as (
    select issue_key, created_on, cast(persons as bigint) as issue_persons_90d from running where created_on is not null
)

select * from final
