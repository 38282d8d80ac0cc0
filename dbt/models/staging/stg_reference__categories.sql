with source as (
    select * from {{ source('reference', 'categories') }}
),

trimmed as (
    select
        nullif(trim(category_l1), '') as category_l1,
        nullif(trim(category_l2), '') as category_l2,
        nullif(trim(category_l3), '') as category_l3,
        nullif(trim(domain), '') as domain,
        cast(is_sensitive as boolean) as is_sensitive,
        cast(is_life_safety as boolean) as is_life_safety
    from source
),

final as (
    select
        {{ category_key('category_l1', 'category_l2', 'category_l3') }} as category_key,
        *
    from trimmed
    where category_l1 is not null
)

select * from final
