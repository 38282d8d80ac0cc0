-- reports by place, period and category; places without any have no row and count as zero
with area_days as (
    select created_on, category_l1_key, category_l2_key, street_key, community_key, count(*) as reports
    from {{ ref('fct_tickets') }} as tickets
    where is_demand and category_l1_key is not null and street_key is not null
        and created_on >= (select min(period_start_on) from {{ ref('int_local_periods') }})
        and not exists (select 1 from {{ source('sense', 'artefacts') }} as artefacts where artefacts.ticket_key = tickets.ticket_key)
    group by created_on, category_l1_key, category_l2_key, street_key, community_key
),

days as (
    select 'grid' as unit_type, cell_id as unit_id, created_on, category_l1_key, category_l2_key, reports from {{ ref('int_grid_days') }}
    union all
    select units.unit_type, units.unit_id, days.created_on, days.category_l1_key, days.category_l2_key, days.reports
    from area_days as days
    inner join {{ ref('int_spatial_units') }} as units
        on (units.unit_type = 'street' and units.unit_key = days.street_key) or (units.unit_type = 'community' and units.unit_key = days.community_key)
),

grouped as (
    select
        days.unit_type, days.unit_id, periods.period_type, periods.period_start_on, days.category_l1_key, days.category_l2_key,
        grouping(days.category_l1_key) as is_all, grouping(days.category_l2_key) as is_above_l2, sum(days.reports) as reports
    from days
    inner join {{ ref('int_local_periods') }} as periods on days.created_on between periods.period_start_on and periods.period_end_on
    group by grouping sets (
        (days.unit_type, days.unit_id, periods.period_type, periods.period_start_on),
        (days.unit_type, days.unit_id, periods.period_type, periods.period_start_on, days.category_l1_key),
        (days.unit_type, days.unit_id, periods.period_type, periods.period_start_on, days.category_l1_key, days.category_l2_key)
    )
),

final as (
    select
        unit_type, unit_id, period_type, period_start_on,
        case when is_all = 1 then '*' when is_above_l2 = 1 then category_l1_key else category_l2_key end as category_key,
        case when is_all = 1 then 0 when is_above_l2 = 1 then 1 else 2 end as category_level,
        cast(reports as bigint) as reports
    from grouped
    where is_all = 1 or is_above_l2 = 1 or category_l2_key is not null
)

select * from final
