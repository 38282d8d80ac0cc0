with standing as (
    {{ standing_acts(ref('stg_acts__category_reviews'), 'ticket_key', 'verdict', 'ticket_key, verdict, category_key') }}
),

judged as (
    select ticket_key, max_by(verdict, position) as verdict, max_by(category_key, position) as category_key
    from standing
    group by ticket_key
),

-- what was left in its category changes nothing
final as (
    select
        ticket_key,
        nullif(split_part(category_key, '->', 1), '') as category_l1,
        nullif(split_part(category_key, '->', 2), '') as category_l2,
        nullif(split_part(category_key, '->', 3), '') as category_l3
    from judged
    where verdict = 'assign'
)

select * from final
