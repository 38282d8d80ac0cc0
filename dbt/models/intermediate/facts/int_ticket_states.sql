with versions as (
    select source, ticket_id, version_hash, state_at, exported_at, content_rank, is_known_state
    from {{ ref('stg_ledger__ticket_versions') }}
),

-- the latest state known by the as-of instant; when none was, the earliest state, whose later events are blanked downstream
ranked as (
    select
        *,
        row_number() over (
            partition by source, ticket_id
            order by
                is_known_state desc,
                case when is_known_state then state_at end desc nulls last,
                case when is_known_state then exported_at end desc nulls last,
                case when is_known_state then content_rank end desc nulls last,
                case when is_known_state then version_hash end desc nulls last,
                state_at, exported_at, content_rank, version_hash
        ) as state_rank,
        count(*) over (partition by source, ticket_id) as version_count
    from versions
),

final as (
    select source, ticket_id, version_hash, state_at, exported_at, is_known_state, version_count
    from ranked
    where state_rank = 1
)

select * from final
