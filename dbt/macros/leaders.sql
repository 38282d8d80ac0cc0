{# CTEs up to `<name>_leaders` (`<name>`, leader_`<name>`): every node of `nodes` follows the earliest leader beside it, and a node leads that has none beside it.
   `edges` join a node with those before it (earlier_`<name>`); nodes are numbered in time, so that what comes later changes nobody's leader.
   A chain of nodes each within reach of the next is not one group: all of a group are within reach of its leader. After `rounds` the rest lead themselves. #}
{% macro earliest_leaders(name, nodes, edges, rounds) -%}
{{ name }}_waiting_0 as (
    select {{ name }} from {{ nodes }}
),
{% for round in range(1, rounds + 1) %}
{{ name }}_behind_{{ round }} as (
    select distinct edges.{{ name }}
    from {{ edges }} as edges
    inner join {{ name }}_waiting_{{ round - 1 }} as later on later.{{ name }} = edges.{{ name }}
    inner join {{ name }}_waiting_{{ round - 1 }} as earlier on earlier.{{ name }} = edges.earlier_{{ name }}
),

{{ name }}_leading_{{ round }} as (
    select waiting.{{ name }}
    from {{ name }}_waiting_{{ round - 1 }} as waiting
    left join {{ name }}_behind_{{ round }} as behind using ({{ name }})
    where behind.{{ name }} is null
),

{{ name }}_following_{{ round }} as (
    select edges.{{ name }}, min(edges.earlier_{{ name }}) as leader_{{ name }}
    from {{ edges }} as edges
    inner join {{ name }}_behind_{{ round }} as behind using ({{ name }})
    inner join {{ name }}_leading_{{ round }} as heads on heads.{{ name }} = edges.earlier_{{ name }}
    group by edges.{{ name }}
),

{{ name }}_waiting_{{ round }} as (
    select behind.{{ name }}
    from {{ name }}_behind_{{ round }} as behind
    left join {{ name }}_following_{{ round }} as followers using ({{ name }})
    where followers.{{ name }} is null
),
{% endfor %}
{{ name }}_leaders as (
    {%- for round in range(1, rounds + 1) %}
    select {{ name }}, {{ name }} as leader_{{ name }} from {{ name }}_leading_{{ round }}
    union all
    select {{ name }}, leader_{{ name }} from {{ name }}_following_{{ round }}
    union all
    {%- endfor %}
    select {{ name }}, {{ name }} from {{ name }}_waiting_{{ rounds }}
)
{%- endmacro %}
