with source as (
    select * from {{ source('acts', 'category_reviews') }}
),

final as (
    select
        review_id, ticket_key, position, verdict, category_key, nullif(note, '') as note, actor, reviewed_at
    from source
    {%- if var('acts_until') %}
    where reviewed_at <= {{ acts_until() }}
    {%- endif %}
)

select * from final
