with cells as (
    select * from {{ ref('int_cell_sums') }}
),

rates as (
    select category_key, period_type, period_start_on, usual_value as usual_mean from {{ ref('int_usual_levels') }} where measure = 'intensity'
),

-- the mean drawn to the category's by m tickets; without a scored ticket there is no mean
final as (
    select
        cells.cell_number, cells.area_key, cells.area_level, cells.category_key, cells.category_level, cells.period_type, cells.period_start_on,
        case when cells.scored_tickets > 0
            then (cells.intensity_sum + {{ rule('intensity', 'shrink_tickets') }} * rates.usual_mean) / (cells.scored_tickets + {{ rule('intensity', 'shrink_tickets') }}) end as shrunk_mean,
        {{ share('cells.high_tickets', 'cells.scored_tickets') }} as high_share
    from cells
    inner join rates using (category_key, period_type, period_start_on)
    where cells.is_scored
)

select * from final
