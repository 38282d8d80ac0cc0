-- depends_on: {{ ref('rules') }}
-- the category in the whole city: what its mean cell expects, and how its season stands
with days as (
    select category_l2_key as category_key, created_on, sum(reports) as reports
    from {{ ref('int_grid_days') }}
    where category_l2_key is not null
    group by category_l2_key, created_on
),

summed as (
    select
        windows.judged_on, days.category_key, windows.base_days,
        coalesce(sum(case when days.created_on >= windows.window_start_on then days.reports end), 0) as window_reports,
        coalesce(sum(case when days.created_on < windows.window_start_on then days.reports end), 0) as base_reports
    from days
    inner join {{ ref('int_cluster_windows') }} as windows
        on days.created_on <= windows.judged_on
        and days.created_on >= windows.window_start_on - cast(windows.base_days as integer) * interval '1' day
    group by windows.judged_on, days.category_key, windows.base_days
),

study as (
    select count(*) as cells from {{ source('sense', 'cells') }}
),

final as (
    select
        summed.judged_on, summed.category_key, summed.base_days, summed.window_reports, summed.base_reports,
        {{ share('summed.base_reports', 'study.cells * summed.base_days') }} as mean_cell_day_reports,
        (summed.window_reports + {{ rule('spatial_cluster', 'season_prior_reports') }})
        / ({{ share('summed.base_reports', 'summed.base_days') }} * {{ rule('spatial_cluster', 'window_days') }} + {{ rule('spatial_cluster', 'season_prior_reports') }})
            as season_ratio
    from summed
    cross join study
    where summed.base_days >= {{ rule('spatial_cluster', 'least_base_days') }}
)

select * from final
