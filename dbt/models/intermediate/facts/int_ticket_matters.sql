{% set rounds = 3 %}

with sites as (
    select * from {{ ref('int_ticket_sites') }}
),

-- tickets of a shared site that say something, in the order of their sites and times
numbered as (
    select
        sites.ticket_key, sites.finest_category_key, sites.site_key, sketches.sketch,
        row_number() over (order by sites.finest_category_key, sites.site_key, sites.created_at, sites.ticket_key) as number
    from sites
    inner join {{ ref('int_ticket_sketches') }} as sketches using (ticket_key)
),

placed as (
    select *, min(number) over (partition by finest_category_key, site_key) as site_number from numbered
),

shingles_0 as (
    select site_number, number, {{ explode('sketch') }} as shingle from placed
),
{% for round in range(1, rounds + 1) %}
-- per shingle of a site the first ticket that has it; who has only firsts of its own speaks of a new matter
firsts_{{ round }} as (
    select site_number, shingle, min(number) as first_number from shingles_{{ round - 1 }} group by site_number, shingle
),

shared_{{ round }} as (
    select shingles.number, firsts.first_number
    from shingles_{{ round - 1 }} as shingles
    inner join firsts_{{ round }} as firsts using (site_number, shingle)
),

leading_{{ round }} as (
    select number from shared_{{ round }} group by number having min(first_number) = number
),

-- others follow the earliest leader with whom they share a shingle
joined_{{ round }} as (
    select shared.number, min(heads.number) as leader_number
    from shared_{{ round }} as shared
    left join leading_{{ round }} as heads on heads.number = shared.first_number
    group by shared.number
),

shingles_{{ round }} as (
    select shingles.*
    from shingles_{{ round - 1 }} as shingles
    inner join joined_{{ round }} as waiting on waiting.number = shingles.number and waiting.leader_number is null
),
{% endfor %}
led as (
    {% for round in range(1, rounds + 1) -%}
    select number, {{ 'leader_number' if round < rounds else 'coalesce(leader_number, number) as leader_number' }} from joined_{{ round }}{{ ' where leader_number is not null union all' if round < rounds }}
    {% endfor %}
),

-- the first matter of a site is the site's own: tickets without words belong to it
spoken as (
    select placed.ticket_key, case when led.leader_number <> placed.site_number then leaders.ticket_key end as leader_key
    from placed
    inner join led using (number)
    inner join placed as leaders on leaders.number = led.leader_number
),

final as (
    select
        sites.ticket_key, sites.created_at, sites.created_on, sites.finest_category_key, sites.site_key,
        sites.site_key || coalesce('#' || spoken.leader_key, '') as matter_key
    from sites
    left join spoken using (ticket_key)
)

select * from final
