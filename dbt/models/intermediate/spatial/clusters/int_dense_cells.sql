with expected as (
    select
        cells.judged_on, cells.category_key, cells.cell_id, cells.reports, pasts.previous_reports,
        {{ rule('spatial_cluster', 'window_days') }} * category.season_ratio
        * (pasts.base_reports + {{ rule('spatial_cluster', 'prior_days') }} * category.mean_cell_day_reports)
        / (category.base_days + {{ rule('spatial_cluster', 'prior_days') }}) as expected
    from {{ ref('int_window_cells') }} as cells
    inner join {{ ref('int_category_windows') }} as category using (judged_on, category_key)
    inner join {{ ref('int_cell_pasts') }} as pasts using (judged_on, category_key, cell_id)
),

dense as (
    select * from expected
    where reports >= {{ rule('spatial_cluster', 'density_ratio') }} * expected
        and reports >= expected + {{ rule('spatial_cluster', 'excess_deviations') }} * sqrt(expected)
),

final as (
    select row_number() over (order by judged_on, category_key, cell_id) as node_id, dense.* from dense
)

select * from final
