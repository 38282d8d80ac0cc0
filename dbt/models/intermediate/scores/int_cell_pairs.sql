with summed as (
    select * from {{ ref('int_pair_sums') }}
),

-- of fine cells no year is kept: what is usual is that of the period
fine_levels as (
    select area_level, category_code, period_code, dimension, {{ share('sum(same_pairs)', 'sum(pairs)') }} as usual_value
    from summed
    where is_fine
    group by area_level, category_code, period_code, dimension
),

placed as (
    select
        summed.*, sums.area_key, sums.category_key, sums.period_type, sums.period_start_on,
        case when summed.is_fine then fine_levels.usual_value else levels.usual_value end as usual_concentration
    from summed
    inner join {{ ref('int_cell_sums') }} as sums using (cell_number)
    left join fine_levels
        on fine_levels.area_level = summed.area_level and fine_levels.category_code = summed.category_code
        and fine_levels.period_code = summed.period_code and fine_levels.dimension = summed.dimension
    left join {{ ref('int_usual_levels') }} as levels
        on levels.measure = summed.dimension and levels.area_level = summed.area_level and levels.category_key = sums.category_key
        and levels.period_type = sums.period_type and levels.period_start_on = sums.period_start_on
    where sums.is_scored
),

final as (
    select
        cell_number, area_key, area_level, category_key, period_type, period_start_on, is_fine, dimension, same_pairs, pairs, usual_concentration,
        1 / nullif(
            (same_pairs + {{ rule('breadth', 'shrink_pairs') }} * usual_concentration) / (pairs + {{ rule('breadth', 'shrink_pairs') }}), 0
        ) as effective_parts
    from placed
)

select * from final
