with expectations as (
    select expectations.*, categories.category_level
    from {{ source('sense', 'cell_expectations') }} as expectations
    inner join {{ ref('dim_category') }} as categories using (category_key)
    inner join {{ ref('int_kpi_periods') }} as periods using (period_type, period_start_on)
    inner join {{ ref('dim_area') }} as areas using (area_key)
    where areas.area_level in ('city', 'district')
),

final as (
    select period_type, period_start_on, area_key, category_key, expected, observed from expectations
    union all
    select period_type, period_start_on, area_key, '*', sum(expected), sum(observed)
    from expectations
    where category_level = 1
    group by period_type, period_start_on, area_key
)

select * from final
