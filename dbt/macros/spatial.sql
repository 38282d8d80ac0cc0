{# A coordinate in ten-thousandths of a degree (11 m): the step in which points are looked up on the grid. #}
{% macro e4(degrees) %}cast(round({{ degrees }} * 10000) as integer){% endmacro %}

{# Length in metres of one degree of latitude at `lat` on WGS-84; series of NGA TR 8350.2, within a centimetre. #}
{% macro metres_per_lat(lat) %}(111132.954 - 559.822 * cos(2 * radians({{ lat }})) + 1.175 * cos(4 * radians({{ lat }}))){% endmacro %}

{# Length in metres of one degree of longitude at `lat` on WGS-84; same source. #}
{% macro metres_per_lon(lat) %}(111412.84 * cos(radians({{ lat }})) - 93.5 * cos(3 * radians({{ lat }})) + 0.118 * cos(5 * radians({{ lat }}))){% endmacro %}

{# CTEs `<name>_0` to `<name>_<rounds>` that give every node of `nodes` (node_id) a label, the same for all that are connected by `edges`
   (node_id, neighbour_id; both ways), different for others. In each round a component takes the least label beside it, then the label of that label
   (Shiloach and Vishkin 1982): at least the chains of labels halve. Eight rounds join thousands of cells. #}
{% macro connected_components(name, nodes, edges, rounds=8) -%}
{{ name }}_0 as (
    select node_id, node_id as label from {{ nodes }}
),
{% for round in range(1, rounds + 1) %}
{{ name }}_hooks_{{ round }} as (
    select own.label, least(own.label, min(other.label)) as beside
    from {{ name }}_{{ round - 1 }} as own
    inner join {{ edges }} as edges using (node_id)
    inner join {{ name }}_{{ round - 1 }} as other on other.node_id = edges.neighbour_id
    group by own.label
),

{{ name }}_jumps_{{ round }} as (
    select hooks.label, coalesce(twice.beside, once.beside, hooks.beside) as beside
    from {{ name }}_hooks_{{ round }} as hooks
    left join {{ name }}_hooks_{{ round }} as once on once.label = hooks.beside
    left join {{ name }}_hooks_{{ round }} as twice on twice.label = once.beside
),

{{ name }}_{{ round }} as (
    select labels.node_id, coalesce(jumps.beside, labels.label) as label
    from {{ name }}_{{ round - 1 }} as labels
    left join {{ name }}_jumps_{{ round }} as jumps using (label)
){{ ',' if not loop.last }}
{% endfor %}
{%- endmacro %}
