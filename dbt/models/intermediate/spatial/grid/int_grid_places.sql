-- one pass over the tickets: which named places report from which cell
with tickets as (
    select {{ e4('lat') }} as lat_e4, {{ e4('lon') }} as lon_e4, district_key, street_key, community_key, estate_key
    from {{ ref('fct_tickets') }}
    where is_demand and lat is not null and lon is not null
        and created_on > {{ as_of_on() }} - cast({{ rule('spatial', 'history_days') }} as integer) * interval '1' day
),

final as (
    select points.cell_id, tickets.district_key, tickets.street_key, tickets.community_key, tickets.estate_key, count(*) as reports
    from tickets
    inner join {{ source('sense', 'point_cells') }} as points using (lat_e4, lon_e4)
    group by points.cell_id, tickets.district_key, tickets.street_key, tickets.community_key, tickets.estate_key
)

select * from final
