with tickets as (
    select source, created_on, coalesce(category_l2_key, category_l1_key) as category_key from {{ ref('fct_tickets') }}
),

-- a category that stops in the middle of the history stopped being exported, or being used
final as (
    select
        source,
        cast(extract(year from created_on) as integer) as year,
        category_key,
        min(created_on) as first_on,
        max(created_on) as last_on,
        count(*) as reports
    from tickets
    group by source, cast(extract(year from created_on) as integer), category_key
)

select * from final
