-- what the city lists is known from the beginning; what people gave, from the day of the ticket
with seen as (
    select category_l1, category_l2, category_l3, min(created_on) as first_on
    from {{ ref('int_tickets__keyed') }} where category_l1 is not null group by category_l1, category_l2, category_l3
    union all
    select given.category_l1, given.category_l2, given.category_l3, tickets.created_on
    from {{ ref('int_category_corrections') }} as given
    inner join {{ ref('int_tickets__keyed') }} as tickets using (ticket_key)
    union all
    select category_l1, category_l2, category_l3, date '1900-01-01' from {{ ref('stg_reference__categories') }}
),

levels as (
    select '*' as category_key, 0 as category_level, '*' as category_name, cast(null as string) as parent_category_key,
        cast(null as string) as category_l1, cast(null as string) as category_l2, cast(null as string) as category_l3, min(first_on) as known_from_on
    from seen
    union all
    select category_l1, 1, category_l1, '*', category_l1, null, null, min(first_on) from seen group by category_l1
    union all
    select category_l1 || '->' || category_l2, 2, category_l2, category_l1, category_l1, category_l2, null, min(first_on)
    from seen where category_l2 is not null group by category_l1, category_l2
    union all
    select category_l1 || '->' || category_l2 || '->' || category_l3, 3, category_l3, category_l1 || '->' || category_l2, category_l1, category_l2, category_l3,
        min(first_on)
    from seen where category_l2 is not null and category_l3 is not null group by category_l1, category_l2, category_l3
),

-- a property of a category holds for everything below it
final as (
    select
        levels.category_key, levels.category_level, levels.category_name, levels.parent_category_key,
        levels.category_l1, levels.category_l2, levels.category_l3, levels.known_from_on,
        max(listed.domain) as domain,
        coalesce(bool_or(listed.is_sensitive), false) as is_sensitive,
        coalesce(bool_or(listed.is_life_safety), false) as is_life_safety
    from levels
    left join {{ ref('stg_reference__categories') }} as listed
        on listed.category_key in (levels.category_l1, levels.parent_category_key, levels.category_key)
    group by 1, 2, 3, 4, 5, 6, 7, 8
)

select * from final
