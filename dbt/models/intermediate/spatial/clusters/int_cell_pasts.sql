-- depends_on: {{ ref('rules') }}
{%- set window_days = rule_constant('spatial_cluster', 'window_days') | int %}
{%- set base_days = rule_constant('spatial_cluster', 'base_days') | int %}
with judged as (
    select judged_on, category_key, cell_id from {{ ref('int_window_cells') }}
),

pairs as (
    select distinct category_key, cell_id from judged
),

-- the days of these cells, and a day without reports wherever a sum is asked for
days as (
    select days.category_l2_key as category_key, days.cell_id, {{ day_number('days.created_on') }} as day, days.reports, cast(null as date) as judged_on
    from {{ ref('int_grid_days') }} as days
    inner join pairs on pairs.category_key = days.category_l2_key and pairs.cell_id = days.cell_id
    union all
    select category_key, cell_id, {{ day_number('judged_on') }}, 0, judged_on from judged
),

summed as (
    select
        judged_on, category_key, cell_id,
        sum(reports) over (
            partition by category_key, cell_id order by day
            range between {{ window_days + base_days - 1 }} preceding and {{ window_days }} preceding
        ) as base_reports,
        sum(reports) over (
            partition by category_key, cell_id order by day
            range between {{ 2 * window_days - 1 }} preceding and {{ window_days }} preceding
        ) as previous_reports
    from days
),

final as (
    select
        judged_on, category_key, cell_id,
        cast(coalesce(base_reports, 0) as bigint) as base_reports, cast(coalesce(previous_reports, 0) as bigint) as previous_reports
    from summed
    where judged_on is not null
)

select * from final
