-- the estate; else the place of the first report of the category within issue.reach_metres; else the address
with tickets as (
    select
        ticket_key, created_at, created_on, finest_category_key, estate_key, place_key,
        -- who has an estate asks for no point: equal keys alone make a join that takes no time
        case when estate_key is null then {{ e4('lat') }} end as lat_e4, case when estate_key is null then {{ e4('lon') }} end as lon_e4
    from {{ ref('int_tickets__keyed') }}
    where is_demand and finest_category_key is not null
),

placed as (
    select
        tickets.ticket_key, tickets.created_at, tickets.created_on, tickets.finest_category_key,
        coalesce(tickets.estate_key, points.site_key, tickets.place_key) as site_key
    from tickets
    left join {{ ref('int_point_sites') }} as points
        on points.finest_category_key = tickets.finest_category_key
        and points.lat_e4 = tickets.lat_e4 and points.lon_e4 = tickets.lon_e4
),

final as (
    select *, count(*) over (partition by finest_category_key, site_key) as site_tickets
    from placed
    where site_key is not null
)

select * from final
