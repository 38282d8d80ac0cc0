with steps_0 as (
    select shapes.component, coalesce(links.earlier_component, shapes.component) as root
    from {{ ref('int_cluster_shapes') }} as shapes
    left join {{ ref('int_cluster_overlaps') }} as links on links.component = shapes.component and links.is_continued
),

-- doubling: each round follows twice as many ends back; seven reach 128
{% for round in range(1, 8) %}
steps_{{ round }} as (
    select own.component, further.root
    from steps_{{ round - 1 }} as own
    inner join steps_{{ round - 1 }} as further on further.component = own.root
),
{% endfor %}

-- a cluster is named by the cell of its first report in the week in which it was first seen: the name stays while that week goes on
seeds as (
    select
        tickets.component, tickets.category_key, tickets.judged_on, cells.week_start_on, tickets.cell_id,
        row_number() over (
            partition by tickets.component order by tickets.created_on < cells.week_start_on, tickets.created_at, tickets.ticket_key
        ) as position
    from {{ ref('int_cluster_tickets') }} as tickets
    inner join {{ ref('int_cluster_cells') }} as cells using (component, cell_id)
    where tickets.component in (select root from steps_7)
),

final as (
    select
        steps_7.component, steps_7.root,
        {{ dbt.hash("seeds.category_key || '|' || seeds.week_start_on || '|' || grid.cell_key") }} as cluster_id,
        seeds.judged_on as first_judged_on
    from steps_7
    inner join seeds on seeds.component = steps_7.root and seeds.position = 1
    inner join {{ source('sense', 'cells') }} as grid on grid.cell_id = seeds.cell_id
)

select * from final
