with tickets as (
    select
        *,
        case urgency_level when 1 then {{ rule('dispatch_hours', 'urgent') }} when 0.5 then {{ rule('dispatch_hours', 'quick') }}
            else {{ rule('dispatch_hours', 'ordinary') }} end as dispatch_limit_hours
    from {{ ref('fct_tickets') }}
    where is_demand and not is_removed
),

-- a source has a clock from its first ticket that says when; before, silence means not recorded, after it means not yet
sources as (
    select
        source,
        min(case when dispatched_at is not null then created_on end) as dispatch_first_on,
        min(case when contacted_at is not null then created_on end) as contact_first_on
    from tickets
    group by source
),

limits as (
    select
        tickets.ticket_key, 'dispatch_in_time_share' as kpi_code, tickets.dispatched_at as done_at,
        coalesce(tickets.received_at, tickets.created_at) + tickets.dispatch_limit_hours * interval '1' hour as limit_at
    from tickets
    inner join sources on sources.source = tickets.source and tickets.created_on >= sources.dispatch_first_on
    union all
    select tickets.ticket_key, 'contacted_24h_share', tickets.contacted_at, tickets.dispatched_at + {{ rule('contact_hours', 'all') }} * interval '1' hour
    from tickets
    inner join sources on sources.source = tickets.source and tickets.created_on >= sources.contact_first_on
    where tickets.dispatched_at is not null
),

final as (
    select ticket_key, kpi_code, {{ local_day('limit_at') }} as limit_on, coalesce(done_at <= limit_at, false) as is_in_time
    from limits
    where limit_at < {{ as_of_at() }}
)

select * from final
