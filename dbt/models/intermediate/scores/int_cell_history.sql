with parents as (
    select * from {{ ref('int_cell_parents') }}
),

-- what a share is made of: the cell, the cell it is a share of, its area in the wider category, its category in the city
wanted as (
    select area_key, category_key from parents
    union
    select parent_area_key, parent_category_key from parents
    union
    select area_key, parent_category_key from parents
    union
    select '*', category_key from parents
    union
    select '*', parent_category_key from parents
),

quarters as (
    select
        quarter_start_on,
        cast(quarter_start_on - interval '12' month as date) as history_from_on
    from (
        select distinct cast({{ dbt.date_trunc('quarter', 'period_start_on') }} as date) as quarter_start_on
        from {{ ref('int_scored_periods') }} where has_fine_cells
    ) as listed
),

tickets as (
    select
        cast({{ dbt.date_trunc('month', 'created_on') }} as date) as month_start_on,
        category_l1_key, category_l2_key, category_l3_key, district_key, street_key, community_key, estate_key
    from {{ ref('fct_tickets') }}
    where is_demand and category_l1_key is not null
        and created_on >= (select min(history_from_on) from quarters) and created_on < (select max(quarter_start_on) from quarters)
),

levels as (
    select areas.area_level, categories.category_level
    from (values ('city'), ('district'), ('street'), ('community'), ('estate')) as areas (area_level)
    cross join (values (1), (2), (3)) as categories (category_level)
),

placed as (
    select
        month_start_on,
        case area_level when 'city' then '*' when 'district' then district_key when 'street' then street_key when 'community' then community_key else estate_key end as area_key,
        case category_level when 1 then category_l1_key when 2 then category_l2_key else category_l3_key end as category_key
    from tickets
    cross join levels
),

monthly as (
    select month_start_on, area_key, category_key, count(*) as reports
    from placed
    inner join wanted using (area_key, category_key)
    group by month_start_on, area_key, category_key
),

-- reports of the twelve months before the quarter: the same for all its periods, and for every later build
final as (
    select quarters.quarter_start_on, monthly.area_key, monthly.category_key, sum(monthly.reports) as reports
    from monthly
    inner join quarters on monthly.month_start_on >= quarters.history_from_on and monthly.month_start_on < quarters.quarter_start_on
    group by quarters.quarter_start_on, monthly.area_key, monthly.category_key
)

select * from final
