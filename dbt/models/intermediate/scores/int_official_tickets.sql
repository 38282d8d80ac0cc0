-- depends_on: {{ ref('code_rules') }}
with recent as (
    select ticket_key, district_key, street_key, category_l1_key, category_l2_key
    from {{ ref('fct_tickets') }}
    cross join {{ ref('int_spine_span') }} as span
    where {{ matches('lower(channel)', code_patterns('channel', 'official')) }}
        and created_on > span.last_on - cast({{ rule('silence', 'weeks') }} * 7 as integer) * interval '1' day
),

-- reports of the last 13 weeks that came from staff, by the areas and categories they count in
final as (
    select ticket_key, district_key as area_key, category_l1_key as category_key from recent
    union all
    select ticket_key, district_key, category_l2_key from recent
    union all
    select ticket_key, street_key, category_l1_key from recent
    union all
    select ticket_key, street_key, category_l2_key from recent
)

select * from final
where area_key is not null and category_key is not null
