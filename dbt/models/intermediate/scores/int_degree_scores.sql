with components as (
    select * from {{ ref('int_component_scores') }}
),

-- difficulty and intensity and breadth of a cell without reports are not known
final as (
    select
        area_key, category_key, period_type, period_start_on,
        {%- for degree in ['frequency', 'intensity', 'breadth', 'difficulty'] %}
        sum(case when degree = '{{ degree }}' then effective_weight * normalised_value end) as {{ degree }}_score,
        {%- endfor %}
        max(goalposts_version) as goalposts_version
    from components
    group by area_key, category_key, period_type, period_start_on
)

select * from final
