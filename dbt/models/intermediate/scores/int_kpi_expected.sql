with expectations as (
    select expectations.*, categories.category_level, areas.area_level
    from {{ source('sense', 'cell_expectations') }} as expectations
    inner join {{ ref('dim_category') }} as categories using (category_key)
    inner join {{ ref('int_kpi_periods') }} as periods using (period_type, period_start_on)
    inner join {{ ref('dim_area') }} as areas using (area_key)
    where periods.is_counted and (areas.area_level in ('city', 'district') or (areas.area_level = 'street' and categories.category_level = 1))
),

final as (
    -- a street has indicators of all categories together alone
    select period_type, period_start_on, area_key, category_key, expected, observed from expectations where area_level <> 'street'
    union all
    select period_type, period_start_on, area_key, '*', sum(expected), sum(observed)
    from expectations
    where category_level = 1
    group by period_type, period_start_on, area_key
)

select * from final
