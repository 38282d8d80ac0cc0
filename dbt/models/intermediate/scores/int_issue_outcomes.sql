{% set days = rule_constant('root_cure', 'days') %}

with tickets as (
    select
        tickets.ticket_key, issues.issue_key, issues.finest_category_key, issues.matter_key, tickets.created_at, tickets.created_on, tickets.closed_on,
        tickets.is_removed, coalesce(not tickets.is_solved, false) as is_unsolved,
        tickets.district_key, tickets.street_key, tickets.category_l1_key, tickets.category_l2_key, tickets.unit
    from {{ ref('int_ticket_issues') }} as issues
    inner join {{ ref('fct_tickets') }} as tickets using (ticket_key)
),

-- a merged or withdrawn ticket is a report, and nothing that waits for an end
moves as (
    select issue_key, created_on as moved_on, 1 as step, 0 as closures, 0 as unsolved from tickets where not is_removed
    union all
    select issue_key, closed_on, -1, 1, case when is_unsolved then 1 else 0 end from tickets where not is_removed and closed_on is not null
),

daily as (
    select issue_key, moved_on, sum(step) as step, sum(closures) as closures, sum(unsolved) as unsolved from moves group by issue_key, moved_on
),

standing as (
    select *, sum(step) over (partition by issue_key order by moved_on rows unbounded preceding) as waiting from daily
),

-- settled: the first day at whose end nothing of the issue was open, and what was closed on it was not called unsolved
settled as (
    select issue_key, min(moved_on) as settled_on from standing where waiting = 0 and closures > 0 and unsolved = 0 group by issue_key
),

ordered as (
    select *, row_number() over (partition by issue_key order by created_at, ticket_key) as report_number from tickets
),

-- an issue lies where its first report does
issues as (
    select issue_key, finest_category_key, matter_key, district_key, street_key, category_l1_key, category_l2_key, unit from ordered where report_number = 1
),

events as (
    select issues.issue_key, issues.finest_category_key, issues.matter_key, {{ day_number('settled.settled_on') }} as day_number, cast(null as date) as reported_on
    from settled
    inner join issues using (issue_key)
    union all
    select null, finest_category_key, matter_key, {{ day_number('created_on') }}, created_on from tickets
),

followed as (
    select
        issue_key,
        min(reported_on) over (partition by finest_category_key, matter_key order by day_number range between 1 following and {{ days }} following) as returned_on
    from events
),

watched as (
    select
        issues.*, settled.settled_on, followed.returned_on,
        cast(settled.settled_on + interval '{{ days }}' day as date) as watched_on,
        cast({{ dbt.date_trunc('month', 'settled.settled_on') }} as date) as month_start_on,
        coalesce(issues.street_key, issues.district_key, '*') as cell_area_key
    from issues
    inner join settled using (issue_key)
    inner join followed using (issue_key)
),

-- judged once the watch is over; the cell is the street and second category (the base of the scores)
final as (
    select
        watched.issue_key, watched.district_key, watched.street_key, watched.category_l1_key, watched.category_l2_key, watched.unit,
        watched.settled_on, watched.returned_on, watched.watched_on, watched.returned_on is null as is_lasting,
        cells.reports as cell_reports, cells.expected as cell_expected,
        watched.returned_on is null and cells.reports <= {{ rule('root_cure', 'max_ratio') }} * cells.expected as is_cured
    from watched
    left join {{ ref('int_cell_watches') }} as cells
        on cells.area_key = watched.cell_area_key and cells.category_key = watched.category_l2_key and cells.month_start_on = watched.month_start_on
    where watched.watched_on <= {{ as_of_on() }}
)

select * from final
