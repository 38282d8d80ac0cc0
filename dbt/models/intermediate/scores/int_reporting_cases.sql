-- a source that never names the ticket another was merged into does not say that there were no duplicates
with sources as (
    select source, count(parent_ticket_id) > 0 as has_merged_children from {{ ref('fct_tickets') }} group by source
),

tickets as (
    select
        tickets.ticket_key, tickets.case_key, tickets.created_at, tickets.created_on, tickets.closed_at, tickets.person_hash, tickets.is_removed,
        tickets.district_key, tickets.street_key, tickets.category_l1_key, tickets.category_l2_key,
        coalesce(channels.is_official, false) as is_official, sources.has_merged_children
    from {{ ref('fct_tickets') }} as tickets
    inner join sources using (source)
    left join {{ ref('int_silence_channels') }} as channels using (channel)
    where tickets.is_demand and tickets.category_l1_key is not null
),

-- within a case: its first report, the first visit by staff after it, and how often this person had reported before
ordered as (
    select
        *,
        min(created_at) over (partition by case_key) as first_at, min(created_on) over (partition by case_key) as first_on,
        row_number() over (partition by case_key order by created_at, ticket_key) as report_number,
        row_number() over (partition by case_key, coalesce(person_hash, ticket_key) order by created_at, ticket_key) as contact_number
    from tickets
),

watched as (
    select
        case_key,
        least(
            coalesce(min(case when ticket_key = case_key then closed_at end), {{ as_of_at() }}),
            coalesce(min(case when is_official and report_number > 1 then created_at end), {{ as_of_at() }}),
            min(first_at) + cast({{ rule('reporting', 'watch_days') }} as integer) * interval '1' day, {{ as_of_at() }}
        ) as watched_until_at
    from ordered
    group by case_key
),

-- others who reported while it stood: not staff, not the same person again
final as (
    select
        ordered.case_key,
        max(case when ordered.report_number = 1 then ordered.district_key end) as district_key,
        max(case when ordered.report_number = 1 then ordered.street_key end) as street_key,
        max(case when ordered.report_number = 1 then ordered.category_l1_key end) as category_l1_key,
        max(case when ordered.report_number = 1 then ordered.category_l2_key end) as category_l2_key,
        min(ordered.first_on) as first_on,
        bool_or(ordered.has_merged_children) as has_merged_children,
        sum(case when ordered.report_number > 1 and ordered.contact_number = 1 and not ordered.is_official
            and ordered.created_at <= watched.watched_until_at then 1 else 0 end) as duplicates,
        greatest({{ hours_between('min(ordered.first_at)', 'min(watched.watched_until_at)') }} / 24, 0) as watched_days
    from ordered
    inner join watched using (case_key)
    group by ordered.case_key
    having not bool_or(ordered.report_number = 1 and (ordered.is_official or (ordered.is_removed and ordered.ticket_key = ordered.case_key)))
)

select * from final
