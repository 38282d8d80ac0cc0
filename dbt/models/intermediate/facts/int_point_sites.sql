{% set reach = rule_constant('issue', 'reach_metres') %}
{% set rounds = 4 %}

-- the points of one category, 11 m apart or more, each where its first report lies; in the order of the first reports
with reported as (
    select finest_category_key, {{ e4('lat') }} as lat_e4, {{ e4('lon') }} as lon_e4, lat, lon, created_at, ticket_key
    from {{ ref('int_tickets__keyed') }}
    where is_demand and finest_category_key is not null and estate_key is null and lat is not null and lon is not null
),

points as (
    select
        finest_category_key, lat_e4, lon_e4, min(created_at) as first_at,
        min_by(lat, ticket_key) as lat, min_by(lon, ticket_key) as lon
    from reported
    group by finest_category_key, lat_e4, lon_e4
),

-- a cell of the search is at least as wide as the reach everywhere, so that only neighbour cells have to be looked at
numbered as (
    select
        *,
        row_number() over (order by finest_category_key, first_at, lat_e4, lon_e4) as node,
        floor(lat * 110574 / {{ reach }}) as row_number_ns,
        floor(lon * {{ metres_per_lon('(select max(abs(p.lat)) from points as p)') }} / {{ reach }}) as column_number_we
    from points
),

around as (
    select numbered.*, numbered.row_number_ns + ns.step as beside_ns, numbered.column_number_we + we.step as beside_we
    from numbered
    cross join (select -1 as step union all select 0 union all select 1) as ns
    cross join (select -1 as step union all select 0 union all select 1) as we
),

-- within reach in metres on WGS-84, whatever the cell
near as (
    select around.node, earlier.node as earlier_node
    from around
    inner join numbered as earlier
        on earlier.finest_category_key = around.finest_category_key
        and earlier.row_number_ns = around.beside_ns and earlier.column_number_we = around.beside_we
        and earlier.node < around.node
    where power((around.lat - earlier.lat) * {{ metres_per_lat('around.lat') }}, 2)
        + power((around.lon - earlier.lon) * {{ metres_per_lon('around.lat') }}, 2) <= {{ reach }} * {{ reach }}
),

{{ earliest_leaders('node', 'numbered', 'near', rounds) }},

final as (
    select numbered.finest_category_key, numbered.lat_e4, numbered.lon_e4, leaders.lat_e4 || ':' || leaders.lon_e4 as site_key
    from numbered
    inner join node_leaders using (node)
    inner join numbered as leaders on leaders.node = node_leaders.leader_node
)

select * from final
