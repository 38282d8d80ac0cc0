with tickets as (
    select * from {{ ref('int_tickets__as_of') }}
),

codes as (
    select
        max(case when code_domain = 'kind' then patterns end) as kinds_without_demand,
        max(case when code_domain = 'removed_status' then patterns end) as removed_statuses,
        max(case when code_domain = 'status' then patterns end) as void_statuses
    from (
        select code_domain, {{ dbt.listagg('pattern', "'|'", 'order by pattern') }} as patterns
        from {{ ref('code_rules') }}
        group by code_domain
    ) as grouped
),

keyed as (
    select
        tickets.*,
        category_l1 as category_l1_key,
        category_l1 || '->' || category_l2 as category_l2_key,
        category_l1 || '->' || category_l2 || '->' || category_l3 as category_l3_key,
        district as district_key,
        district || '/' || street as street_key,
        district || '/' || street || '/' || community as community_key,
        district || '/' || street || '/' || coalesce(community, '-') || '/' || estate as estate_key,
        round(lat, 4) || ',' || round(lon, 4) as point_key,
        not coalesce({{ matches('lower(kind)', 'kinds_without_demand') }}, false)
        and not coalesce({{ matches('status', 'void_statuses') }}, false) as is_demand,
        coalesce({{ matches('status', 'removed_statuses') }}, false) as is_removed
    from tickets
    cross join codes
),

final as (
    select
        *,
        coalesce(estate_key, nullif(trim(address), ''), point_key) as place_key,
        coalesce(category_l3_key, category_l2_key, category_l1_key) as finest_category_key
    from keyed
)

select * from final
