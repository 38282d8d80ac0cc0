-- a source has a clock from its first ticket that says when; before, silence means not recorded, after it means not yet
with tickets as (
    select
        *,
        min(case when dispatched_at is not null then created_on end) over (partition by source) as dispatch_first_on,
        min(case when contacted_at is not null then created_on end) over (partition by source) as contact_first_on,
        case urgency_level when 1 then {{ rule('dispatch_hours', 'urgent') }} when 0.5 then {{ rule('dispatch_hours', 'quick') }}
            else {{ rule('dispatch_hours', 'ordinary') }} end as dispatch_limit_hours
    from {{ ref('fct_tickets') }}
    where is_demand and not is_removed
),

limits as (
    select
        ticket_key, 'dispatch_in_time_share' as kpi_code, dispatched_at as done_at,
        coalesce(received_at, created_at) + dispatch_limit_hours * interval '1' hour as limit_at
    from tickets
    where created_on >= dispatch_first_on
    union all
    select ticket_key, 'contacted_24h_share', contacted_at, dispatched_at + {{ rule('contact_hours', 'all') }} * interval '1' hour
    from tickets
    where created_on >= contact_first_on and dispatched_at is not null
),

days as (
    select date_on, ends_at, lag(ends_at) over (order by date_on) as starts_at from {{ ref('dim_calendar') }}
),

final as (
    select limits.ticket_key, limits.kpi_code, days.date_on as limit_on, coalesce(limits.done_at <= limits.limit_at, false) as is_in_time
    from limits
    inner join days on limits.limit_at >= days.starts_at and limits.limit_at < days.ends_at
    where limits.limit_at < {{ as_of_at() }}
)

select * from final
