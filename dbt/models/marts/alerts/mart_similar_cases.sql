with sketched as (
    select * from {{ source('sense', 'similar_cases') }}
),

tickets as (
    select * from {{ ref('fct_tickets') }}
),

recurrences as (
    select ticket_key, recurred_on, true as is_watched from {{ ref('int_ticket_recurrences') }}
),

final as (
    select
        sketched.case_no,
        coalesce(tickets.issue_key, tickets.case_key) as matter_case_key,
        tickets.case_key,
        sketched.ticket_key,
        tickets.created_at,
        coalesce(tickets.category_l3_key, tickets.category_l2_key, tickets.category_l1_key) as category_key,
        sketched.is_settled,
        tickets.reply is not null as is_answered,
        case
            when not sketched.is_settled then null
            when recurrences.recurred_on is not null then 'recurred'
            when tickets.satisfaction = 'unsatisfied' then 'unsatisfied'
            when tickets.satisfaction is not null then 'satisfied'
            when tickets.is_solved then 'solved'
            when recurrences.is_watched and {{ dbt.datediff('tickets.closed_on', as_of_on(), 'day') }} >= {{ rule_constant('recurrence', 'days') }} then 'quiet'
        end as outcome_code,
        sketched.terms,
        sketched.weights
    from sketched
    inner join tickets using (ticket_key)
    left join recurrences using (ticket_key)
)

-- in order, so that a reader finds a case by its number without reading all
select * from final order by case_no
