with versions as (
    select source, ticket_id, version_hash, state_at, shown_until_at, content_rank, is_known_state
    from {{ ref('stg_ledger__ticket_versions') }}
),

undated as (
    select distinct source, ticket_id from versions where shown_until_at is null
),

-- of the versions with an export time, the one known to be true for longest, where it has an undated one beside it
dated as (
    select
        source, ticket_id, state_at as dated_state_at, greatest(state_at, shown_until_at) as dated_until_at,
        row_number() over (partition by source, ticket_id order by greatest(state_at, shown_until_at) desc, state_at desc) as dated_rank
    from versions
    inner join undated using (source, ticket_id)
    where shown_until_at is not null and is_known_state
),

-- until when a version is known to have been true; without an export time by its events, or by content beside the newest dated one
timed as (
    select
        versions.*,
        case
            when versions.shown_until_at is not null then greatest(versions.state_at, versions.shown_until_at)
            when versions.state_at = dated.dated_state_at then dated.dated_until_at
            else versions.state_at
        end as effective_at
    from versions
    left join dated on versions.source = dated.source and versions.ticket_id = dated.ticket_id and dated.dated_rank = 1
),

-- the latest state known by the as-of instant; when none was, the earliest state, whose later events are blanked downstream
ranked as (
    select
        *,
        row_number() over (
            partition by source, ticket_id
            order by
                is_known_state desc,
                case when is_known_state then effective_at end desc nulls last,
                case when is_known_state then state_at end desc nulls last,
                case when is_known_state then content_rank end desc nulls last,
                case when is_known_state then version_hash end desc nulls last,
                state_at, shown_until_at, content_rank, version_hash
        ) as state_rank,
        count(*) over (partition by source, ticket_id) as version_count
    from timed
),

final as (
    select source, ticket_id, version_hash, state_at, shown_until_at, is_known_state, version_count
    from ranked
    where state_rank = 1
)

select * from final
