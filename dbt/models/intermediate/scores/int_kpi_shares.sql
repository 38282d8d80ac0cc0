with cells as (
    select * from {{ ref('int_kpi_cells') }}
),

-- how the city fares with a category in the period: what a place or unit with the same tickets would be expected to have
usual as (
    select period_type, period_start_on, kpi_code, category_l1_key, category_l2_key, sum(numerator) / sum(denominator) as usual_share
    from cells
    group by period_type, period_start_on, kpi_code, category_l1_key, category_l2_key
),

likened as (
    select cells.*, cells.denominator * usual.usual_share as usual_numerator
    from cells
    inner join usual
        on usual.period_type = cells.period_type and usual.period_start_on = cells.period_start_on and usual.kpi_code = cells.kpi_code
        and usual.category_l1_key is not distinct from cells.category_l1_key and usual.category_l2_key is not distinct from cells.category_l2_key
),

summed as (
    select
        period_type, period_start_on, kpi_code,
        {{ kpi_cell_columns() }},
        sum(numerator) as numerator, sum(numerator_squares) as numerator_squares, sum(denominator) as denominator, sum(usual_numerator) as usual_numerator
    from likened
    group by {{ kpi_grouping_sets(['period_type', 'period_start_on', 'kpi_code']) }}
),

final as (
    select * from summed where area_key is not null and category_key is not null and (is_unit_cell = 0 or unit is not null)
)

select * from final
