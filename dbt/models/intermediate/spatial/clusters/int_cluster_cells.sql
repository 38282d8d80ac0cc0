-- components with enough reports; whether enough people stand behind them is asked of the tickets
with components as (
    select component from {{ ref('int_cluster_components') }}
    group by component
    having sum(reports) >= {{ rule('spatial_cluster', 'least_reports') }}
),

final as (
    select
        cells.component, cells.judged_on, cells.category_key, cells.cell_id, cells.reports, cells.previous_reports, cells.expected,
        windows.position, windows.window_start_on, windows.week_start_on
    from {{ ref('int_cluster_components') }} as cells
    inner join components using (component)
    inner join {{ ref('int_cluster_windows') }} as windows using (judged_on)
)

select * from final
