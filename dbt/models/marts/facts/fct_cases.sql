with tickets as (
    select * from {{ ref('fct_tickets') }}
),

final as (
    select
        case_key,
        -- the ticket that the others were merged into
        case_key as ticket_key,
        min(created_at) as first_at,
        max(created_at) as last_at,
        min(created_on) as first_on,
        max(created_on) as last_on,
        count(*) as tickets,
        sum(case when is_demand then 1 else 0 end) as reports,
        nullif(count(distinct {{ number_of('person_hash') }}), 0) as persons,
        max(case when ticket_key = case_key then category_l2_key end) as category_l2_key,
        max(case when ticket_key = case_key then district_key end) as district_key,
        max(case when ticket_key = case_key then unit end) as unit,
        max(case when ticket_key = case_key then closed_at end) as closed_at,
        max(intensity_score) as intensity_score,
        max(case when ticket_key = case_key and closed_at is null and not is_removed then 1 else 0 end) = 1 as is_open
    from tickets
    group by case_key
)

select * from final
