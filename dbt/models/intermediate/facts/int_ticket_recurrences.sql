with tickets as (
    select
        issues.ticket_key, issues.finest_category_key, issues.matter_key, issues.created_on, tickets.closed_on,
        tickets.is_removed or coalesce(not tickets.is_solved, false) as is_unsolved
    from {{ ref('int_ticket_issues') }} as issues
    inner join {{ ref('int_tickets__keyed') }} as tickets using (ticket_key)
),

events as (
    select ticket_key, finest_category_key, matter_key, {{ day_number('closed_on') }} as day_number, cast(null as date) as reported_on
    from tickets
    where closed_on is not null and not is_unsolved
    union all
    select null, finest_category_key, matter_key, {{ day_number('created_on') }}, created_on
    from tickets
),

-- the first report of the matter up to 90 days (rule recurrence.days) after the closure
followed as (
    select
        ticket_key,
        min(reported_on) over (
            partition by finest_category_key, matter_key order by day_number range between 1 following and {{ rule_constant('recurrence', 'days') }} following
        ) as recurred_on
    from events
),

-- one row per ticket closed as solved (or closed without being asked)
final as (
    select ticket_key, recurred_on from followed where ticket_key is not null
)

select * from final
