{{ config(materialized='view') }}

with versions as (
    select * from {{ ref('stg_ledger__ticket_versions') }}
),

states as (
    select source, ticket_id, version_hash from {{ ref('int_ticket_states') }}
),

-- what a ticket's outcome says is known once it was closed, or once its state was recorded
judged as (
    select
        versions.*,
        case when versions.closed_at is null then versions.is_known_state else versions.closed_at < {{ as_of_at() }} end as is_outcome_known
    from versions
    inner join states using (source, ticket_id, version_hash)
),

final as (
    select
        source, ticket_id, source || ':' || ticket_id as ticket_key, version_hash, load_id,
        created_at, received_at, created_on, is_date_only,
        -- events said to lie before the start happened at the start at the soonest
        {{ if_known(not_before_start('dispatched_at'), 'dispatched_at < ' ~ as_of_at()) }} as dispatched_at,
        {{ if_known('contacted_at', 'contacted_at < ' ~ as_of_at()) }} as contacted_at,
        {{ if_known(not_before_start('closed_at'), 'is_outcome_known') }} as closed_at,
        {{ if_known('case when closed_on < created_on then created_on else closed_on end', 'is_outcome_known') }} as closed_on,
        coalesce(array_contains(flags, 'closed_before_created'), false) as is_end_impossible,
        due_at, due_on,
        channel, kind, case when is_outcome_known then status else 'open' end as status, priority,
        category_l1, category_l2, category_l3,
        title, text, {{ if_known('reply', 'is_outcome_known') }} as reply, labels,
        district, street, community, estate, address,
        case when lat between -90 and 90 and lon between -180 and 180 then lat end as lat,
        case when lat between -90 and 90 and lon between -180 and 180 then lon end as lon,
        unit, co_units,
        {{ if_known('is_solved', 'is_outcome_known') }} as is_solved,
        {{ if_known('is_contacted', 'is_outcome_known') }} as is_contacted,
        {{ if_known('is_followed_up', 'is_outcome_known') }} as is_followed_up,
        {{ if_known('satisfaction', 'is_outcome_known') }} as satisfaction,
        {{ if_known('rating_speed', 'is_outcome_known') }} as rating_speed,
        {{ if_known('rating_effect', 'is_outcome_known') }} as rating_effect,
        {{ if_known('rating_attitude', 'is_outcome_known') }} as rating_attitude,
        {{ if_known('rating_feedback', 'is_outcome_known') }} as rating_feedback,
        {{ if_known('redo_count', 'is_outcome_known') }} as redo_count,
        {{ if_known('return_count', 'is_outcome_known') }} as return_count,
        {{ if_known('transfer_count', 'is_outcome_known') }} as transfer_count,
        {{ if_known('is_extended', 'is_outcome_known') }} as is_extended,
        {{ if_known('is_suspended', 'is_outcome_known') }} as is_suspended,
        {{ if_known('is_lawfully_ended', 'is_outcome_known') }} as is_lawfully_ended,
        {{ if_known('parent_ticket_id', 'is_outcome_known') }} as parent_ticket_id,
        person_hash, company, likes, flags
    from judged
)

select * from final
