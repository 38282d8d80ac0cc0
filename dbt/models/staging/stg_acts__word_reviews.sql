with source as (
    select * from {{ source('acts', 'word_reviews') }}
),

final as (
    select
        review_id, text_hash, term_kind, position, verdict, ticket_key, nullif(note, '') as note, actor, reviewed_at
    from source
    {%- if var('acts_until') %}
    where reviewed_at <= {{ acts_until() }}
    {%- endif %}
)

select * from final
