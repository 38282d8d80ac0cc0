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
    cross join {{ ref('int_spine_span') }} as span
    left join {{ ref('int_silence_channels') }} as channels using (channel)
    where tickets.is_demand and tickets.category_l1_key is not null
        and tickets.created_on > span.last_on - cast({{ rule('reporting', 'days') }} + {{ rule('reporting', 'watch_days') }} as integer) * interval '1' day
),

crowded_cases as (
    select distinct case_key from tickets where ticket_key <> case_key
),

-- most cases have one ticket: nobody else reported
alone as (
    select
        case_key, district_key, street_key, category_l1_key, category_l2_key, created_on as first_on, has_merged_children, 0 as duplicates,
        {{ hours_between('created_at', "least(coalesce(closed_at, " ~ as_of_at() ~ "), created_at + cast(" ~ rule('reporting', 'watch_days') ~ " as integer) * interval '1' day, " ~ as_of_at() ~ ")") }} / 24 as watched_days
    from tickets
    where ticket_key = case_key and not is_official and not is_removed
        and case_key not in (select crowded_cases.case_key from crowded_cases)
),

-- within a case: its first report, the first visit by staff after it, and how often this person had reported before
ordered as (
    select
        *,
        min(created_at) over (partition by case_key) as first_at, min(created_on) over (partition by case_key) as first_on,
        row_number() over (partition by case_key order by created_at, ticket_key) as report_number,
        row_number() over (partition by case_key, coalesce(person_hash, ticket_key) order by created_at, ticket_key) as contact_number
    from tickets
    inner join crowded_cases using (case_key)
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

-- others who reported while it stood: not staff, not the same person again; a case that began before the year is not whole here
crowded as (
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
    having bool_or(ordered.ticket_key = ordered.case_key)
        and not bool_or(ordered.report_number = 1 and (ordered.is_official or (ordered.is_removed and ordered.ticket_key = ordered.case_key)))
),

final as (
    select * from alone
    union all
    select * from crowded
)

select * from final
