-- which cluster shares how many cells with which of the end before
with cells as (
    select cells.component, cells.category_key, cells.cell_id, cells.position, count(*) over (partition by cells.component) as cell_count, shapes.reports
    from {{ ref('int_cluster_cells') }} as cells
    inner join {{ ref('int_cluster_shapes') }} as shapes using (component)
),

shared as (
    select
        later.component, earlier.component as earlier_component, max(later.reports) as reports, max(earlier.reports) as earlier_reports,
        count(*) as shared_cells, least(max(later.cell_count), max(earlier.cell_count)) as smaller_cells
    from cells as later
    inner join cells as earlier
        on earlier.category_key = later.category_key and earlier.cell_id = later.cell_id and earlier.position = later.position - 1
    group by later.component, earlier.component
),

ranked as (
    select
        shared.*,
        row_number() over (partition by component order by shared_cells desc, earlier_reports desc, earlier_component) as place_among_earlier,
        row_number() over (partition by earlier_component order by shared_cells desc, reports desc, component) as place_among_later
    from shared
    where shared_cells >= {{ rule('spatial_cluster', 'overlap_share') }} * smaller_cells
),

-- each is the other's best: the later one continues the earlier one
final as (
    select
        component, earlier_component, shared_cells, place_among_earlier, place_among_later,
        place_among_earlier = 1 and place_among_later = 1 as is_continued
    from ranked
)

select * from final
