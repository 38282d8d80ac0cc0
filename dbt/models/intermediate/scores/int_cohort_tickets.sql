with cells as (
    select area_key, area_level, category_key, category_level, period_type, period_start_on, ticket_key from {{ ref('int_ticket_cells') }}
),

tickets as (
    select
        tickets.ticket_key, tickets.created_at, tickets.closed_at, tickets.closed_on, tickets.limit_hours, tickets.transfer_count, tickets.is_joint,
        tickets.redo_count, tickets.is_solved, recurrences.ticket_key is not null as is_followed, recurrences.recurred_on
    from {{ ref('fct_tickets') }} as tickets
    left join {{ ref('int_ticket_recurrences') }} as recurrences using (ticket_key)
    -- how long it took is not known where the end is said to lie before the start
    where not tickets.is_removed and (tickets.closed_at is null or tickets.elapsed_hours is not null)
),

-- what was known at the period's end
final as (
    select
        cells.*,
        tickets.closed_at < periods.judged_at as is_closed,
        {{ hours_between('tickets.created_at', 'least(tickets.closed_at, periods.judged_at)') }} / nullif(tickets.limit_hours, 0) as limits_elapsed,
        tickets.is_joint,
        case when tickets.closed_at < periods.judged_at then tickets.transfer_count end as transfer_count,
        case when tickets.closed_at < periods.judged_at then tickets.redo_count > 0 end as is_redone,
        case when tickets.closed_at < periods.judged_at then not tickets.is_solved end as is_unsolved,
        case when tickets.is_followed and tickets.closed_at < periods.judged_at
            then coalesce(tickets.recurred_on <= periods.judged_on, false) end as is_recurred
    from cells
    inner join tickets using (ticket_key)
    inner join {{ ref('int_scored_periods') }} as periods using (period_type, period_start_on)
)

select * from final
