-- the cells that may be dense: enough reports of the category within the window
with days as (
    select created_on, category_l2_key as category_key, cell_id, reports
    from {{ ref('int_grid_days') }}
    where category_l2_key is not null
        and created_on >= (select min(window_start_on) from {{ ref('int_cluster_windows') }})
),

final as (
    select windows.judged_on, days.category_key, days.cell_id, cast(sum(days.reports) as bigint) as reports
    from days
    inner join {{ ref('int_cluster_windows') }} as windows
        on days.created_on between windows.window_start_on and windows.judged_on
    group by windows.judged_on, days.category_key, days.cell_id
    having sum(days.reports) >= {{ rule('spatial_cluster', 'least_cell_reports') }}
)

select * from final
