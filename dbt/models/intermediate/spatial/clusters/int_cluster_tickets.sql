with tickets as (
    select
        ticket_key, created_on, created_at, category_l2_key as category_key, person_hash, place_key, lat, lon, district_key, street_key, community_key,
        {{ e4('lat') }} as lat_e4, {{ e4('lon') }} as lon_e4
    from {{ ref('fct_tickets') }} as tickets
    where is_demand and lat is not null and lon is not null
        and created_on >= (select min(window_start_on) from {{ ref('int_cluster_cells') }})
        and not exists (select 1 from {{ source('sense', 'artefacts') }} as artefacts where artefacts.ticket_key = tickets.ticket_key)
),

final as (
    select
        cells.component, cells.judged_on, cells.category_key, cells.cell_id, tickets.ticket_key, tickets.created_on, tickets.created_at,
        tickets.person_hash, coalesce(tickets.person_hash, 'place:' || tickets.place_key) as reporter_key,
        tickets.lat, tickets.lon, tickets.district_key, tickets.street_key, tickets.community_key
    from tickets
    inner join {{ source('sense', 'point_cells') }} as points using (lat_e4, lon_e4)
    inner join {{ ref('int_cluster_cells') }} as cells
        on cells.cell_id = points.cell_id and cells.category_key = tickets.category_key
        and tickets.created_on between cells.window_start_on and cells.judged_on
)

select * from final
