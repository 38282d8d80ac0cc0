with tickets as (
    select
        ticket_key, created_at, created_on, finest_category_key,
        coalesce(
            estate_key,
            floor(lat / {{ rule('issue', 'cell_degrees') }}) || ':'
            -- the width of the row, not of the point: two points north of each other stay in one column
            || floor(lon * cos(radians(floor(lat / {{ rule('issue', 'cell_degrees') }}) * {{ rule('issue', 'cell_degrees') }})) / {{ rule('issue', 'cell_degrees') }}),
            place_key
        ) as site_key
    from {{ ref('int_tickets__keyed') }}
    where is_demand
),

-- gaps and islands: a silence longer than issue.gap_days begins a new issue at the same site
gapped as (
    select
        *,
        {{ dbt.datediff('lag(created_on) over (partition by finest_category_key, site_key order by created_at, ticket_key)', 'created_on', 'day') }} as gap_days
    from tickets
    where finest_category_key is not null and site_key is not null
),

numbered as (
    select
        *,
        sum(case when gap_days <= {{ rule('issue', 'gap_days') }} then 0 else 1 end)
            over (partition by finest_category_key, site_key order by created_at, ticket_key rows unbounded preceding) as island
    from gapped
),

final as (
    select
        ticket_key,
        created_at,
        created_on,
        finest_category_key,
        site_key,
        {{ dbt.hash("finest_category_key || '|' || site_key || '|' || min(created_on) over (partition by finest_category_key, site_key, island)") }} as issue_key
    from numbered
)

select * from final
