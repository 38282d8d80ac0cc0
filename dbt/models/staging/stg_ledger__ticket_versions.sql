with source as (
    select * from {{ source('ledger', 'known_versions') }}
),

-- a ticket created after the as-of day does not exist yet; an export of a later day has not been taken yet
final as (
    select
        *,
        state_at < {{ as_of_at() }} as is_known_state,
        case
            when last_exported_at < {{ as_of_at() }} then last_exported_at
            when first_exported_at < {{ as_of_at() }} then first_exported_at
        end as shown_until_at
    from source
    where created_on <= {{ as_of_on() }}
)

select * from final
