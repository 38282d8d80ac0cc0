{% set degrees = ['frequency', 'intensity', 'breadth', 'difficulty'] %}
{% set spread = rule_constant('stability', 'spread') | float %}
{% set group = 'area_level, category_level, period_type, period_start_on' %}

with cells as (
    select
        cell_number, area_key, category_key, {{ group }}, reports, composite_score,
        {% for degree in degrees -%}
        case when {{ degree }}_score is null then 0 else {{ degree }}_weight end as {{ degree }}_weight,
        coalesce({{ degree }}_score, 0) * {{ degree }}_weight as {{ degree }}_points{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('int_composites') }}
    where is_complete and composite_score is not null
),

-- the least and the most that any weights in the box can make of a cell stand in its corners
bounded as (
    select
        *,
        {%- for name, function in [('least_score', 'least'), ('most_score', 'greatest')] %}
        {{ function }}(
            {%- for corner in range(16) %}
            (0 {%- for degree in degrees %} + {{ 1 + spread if corner // (2 ** loop.index0) % 2 else 1 - spread }} * {{ degree }}_points {%- endfor %})
            / nullif(0 {%- for degree in degrees %} + {{ 1 + spread if corner // (2 ** loop.index0) % 2 else 1 - spread }} * {{ degree }}_weight {%- endfor %}, 0){{ ',' if not loop.last }}
            {%- endfor %}
        ) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from cells
),

ranked as (
    select
        *,
        row_number() over (partition by {{ group }} order by composite_score desc, reports desc, area_key, category_key) as composite_rank,
        row_number() over (partition by {{ group }} order by least_score desc) as least_rank
    from bounded
),

-- nothing whose best is below the tenth worst can come under the first ten
candidates as (
    select ranked.*
    from ranked
    inner join (
        select {{ group }}, min(least_score) as bar from ranked where least_rank <= {{ rule('stability', 'top') }} group by {{ group }}
    ) as bars using ({{ group }})
    where ranked.most_score >= bars.bar - 0.0001
),

points as (
    select
        candidates.cell_number, candidates.composite_rank, {{ group }}, candidates.reports, candidates.area_key, candidates.category_key, designs.design,
        round(
            ({% for degree in degrees %}designs.{{ degree }}_factor * candidates.{{ degree }}_points{{ ' + ' if not loop.last }}{% endfor %})
            / ({% for degree in degrees %}designs.{{ degree }}_factor * candidates.{{ degree }}_weight{{ ' + ' if not loop.last }}{% endfor %}), 6
        ) as perturbed_score
    from candidates
    cross join {{ ref('int_weight_designs') }} as designs
),

-- whatever stands first by the usual weights gives each vector a bar that its own first ten cannot lie below
leaders as (
    select
        {{ group }}, design, perturbed_score,
        row_number() over (partition by {{ group }}, design order by perturbed_score desc) as leader_rank
    from points
    where composite_rank <= 3 * {{ rule('stability', 'top') }}
),

bars as (
    select {{ group }}, design, min(perturbed_score) as bar
    from leaders
    where leader_rank <= {{ rule('stability', 'top') }}
    group by {{ group }}, design
),

perturbed as (
    select
        points.cell_number,
        row_number() over (
            partition by {{ group }}, design order by points.perturbed_score desc, points.reports desc, points.area_key, points.category_key
        ) as perturbed_rank
    from points
    inner join bars using ({{ group }}, design)
    where points.perturbed_score >= bars.bar
),

shares as (
    select cell_number, count(*) / cast({{ rule('stability', 'designs') }} as double) as top_share
    from perturbed
    where perturbed_rank <= {{ rule('stability', 'top') }}
    group by cell_number
),

final as (
    select
        ranked.cell_number, ranked.area_key, ranked.category_key, ranked.period_type, ranked.period_start_on, ranked.composite_rank,
        coalesce(shares.top_share, 0) as top_share
    from ranked
    left join shares using (cell_number)
)

select * from final
