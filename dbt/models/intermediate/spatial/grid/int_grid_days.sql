with tickets as (
    select
        tickets.created_on, tickets.category_l1_key, tickets.category_l2_key,
        {{ e4('tickets.lat') }} as lat_e4, {{ e4('tickets.lon') }} as lon_e4
    from {{ ref('fct_tickets') }} as tickets
    where tickets.is_demand and tickets.category_l1_key is not null and tickets.lat is not null and tickets.lon is not null
        and tickets.created_on > {{ as_of_on() }} - cast({{ rule('spatial', 'history_days') }} as integer) * interval '1' day
        and not exists (select 1 from {{ source('sense', 'artefacts') }} as artefacts where artefacts.ticket_key = tickets.ticket_key)
),

final as (
    select
        tickets.created_on, tickets.category_l1_key, tickets.category_l2_key, points.cell_id, cast(count(*) as integer) as reports
    from tickets
    inner join {{ source('sense', 'point_cells') }} as points using (lat_e4, lon_e4)
    group by tickets.created_on, tickets.category_l1_key, tickets.category_l2_key, points.cell_id
)

select * from final
