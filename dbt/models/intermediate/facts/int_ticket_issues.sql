with tickets as (
    select ticket_key, created_at, created_on, finest_category_key, site_key, matter_key from {{ ref('int_ticket_matters') }}
),

-- gaps and islands: a silence longer than issue.gap_days begins a new issue of the same matter
gapped as (
    select
        *,
        {{ dbt.datediff('lag(created_on) over (partition by finest_category_key, matter_key order by created_at, ticket_key)', 'created_on', 'day') }} as gap_days
    from tickets
),

numbered as (
    select
        *,
        sum(case when gap_days <= {{ rule('issue', 'gap_days') }} then 0 else 1 end)
            over (partition by finest_category_key, matter_key order by created_at, ticket_key rows unbounded preceding) as island
    from gapped
),

final as (
    select
        ticket_key,
        created_at,
        created_on,
        finest_category_key,
        site_key,
        matter_key,
        {{ dbt.hash("finest_category_key || '|' || matter_key || '|' || min(created_on) over (partition by finest_category_key, matter_key, island)") }} as issue_key
    from numbered
)

select * from final
