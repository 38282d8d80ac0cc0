with tickets as (
    select ticket_key, created_at, created_on, due_at, due_on, category_l1, category_l2, district, street
    from {{ ref('int_tickets__keyed') }}
),

kinds as (
    select distinct category_l1, category_l2, district, street from tickets where due_at is null
),

-- blank = any; candidates are found once per kind of ticket, the validity is checked per ticket
candidates as (
    select kinds.*, duties.duty_number, duties.limit_days, duties.valid_from, duties.valid_to
    from kinds
    inner join {{ ref('stg_reference__duties') }} as duties
        on duties.limit_days is not null
        and (duties.category_l1 is null or duties.category_l1 = kinds.category_l1)
        and (duties.category_l2 is null or duties.category_l2 = kinds.category_l2)
        and (duties.district is null or duties.district = kinds.district)
        and (duties.street is null or duties.street = kinds.street)
),

listed as (
    select
        tickets.ticket_key,
        max_by(candidates.limit_days, candidates.duty_number) as limit_days
    from tickets
    inner join candidates
        on candidates.category_l1 is not distinct from tickets.category_l1
        and candidates.category_l2 is not distinct from tickets.category_l2
        and candidates.district is not distinct from tickets.district
        and candidates.street is not distinct from tickets.street
        and tickets.created_on between candidates.valid_from and candidates.valid_to
    where tickets.due_at is null
    group by tickets.ticket_key
),

final as (
    select
        tickets.ticket_key,
        coalesce(tickets.due_at, tickets.created_at + listed.limit_days * interval '24' hour) as due_at,
        coalesce(tickets.due_on, cast(tickets.created_on + ceil(listed.limit_days) * interval '1' day as date)) as due_on,
        case
            when tickets.due_at > tickets.created_at then {{ hours_between('tickets.created_at', 'tickets.due_at') }}
            when tickets.due_at is null then listed.limit_days * 24
        end as limit_hours
    from tickets
    left join listed using (ticket_key)
)

select * from final
