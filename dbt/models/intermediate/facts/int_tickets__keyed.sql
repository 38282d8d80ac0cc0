-- depends_on: {{ ref('code_rules') }}
with tickets as (
    select * from {{ ref('int_tickets__as_of') }}
),

given as (
    select ticket_key, category_l1, category_l2, category_l3, true as is_given from {{ ref('int_category_corrections') }}
),

keyed as (
    select
        tickets.*,
        -- a category that people gave counts before the source's
        case when is_given then given.category_l1 else tickets.category_l1 end as category_l1_key,
        case when is_given then given.category_l1 || '->' || given.category_l2 else tickets.category_l1 || '->' || tickets.category_l2 end as category_l2_key,
        case
            when is_given then given.category_l1 || '->' || given.category_l2 || '->' || given.category_l3
            else tickets.category_l1 || '->' || tickets.category_l2 || '->' || tickets.category_l3
        end as category_l3_key,
        district as district_key,
        {{ street_key('district', 'street') }} as street_key,
        {{ community_key('district', 'street', 'community') }} as community_key,
        {{ estate_key('district', 'street', 'community', 'estate') }} as estate_key,
        round(lat, 4) || ',' || round(lon, 4) as point_key,
        not coalesce({{ matches('lower(kind)', code_patterns('kind')) }}, false)
        and not coalesce({{ matches('status', code_patterns('status')) }}, false) as is_demand,
        coalesce({{ matches('status', code_patterns('removed_status')) }}, false) as is_removed
    from tickets
    left join given using (ticket_key)
),

final as (
    select
        *,
        coalesce(estate_key, nullif(trim(address), ''), point_key) as place_key,
        coalesce(category_l3_key, category_l2_key, category_l1_key) as finest_category_key
    from keyed
)

select * from final
