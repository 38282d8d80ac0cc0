with components as (
    select * from {{ ref('int_component_scores') }}
),

-- a degree that rests on too little of its weight is not known
final as (
    select
        cell_number, area_key, category_key, period_type, period_start_on,
        {%- for degree in ['frequency', 'intensity', 'breadth', 'difficulty'] %}
        case
            when sum(case when degree = '{{ degree }}' then weight end) >= {{ rule('degree', 'min_coverage_share') }}
                then sum(case when degree = '{{ degree }}' then effective_weight * normalised_value end)
        end as {{ degree }}_score,
        {%- endfor %}
        max(goalposts_version) as goalposts_version
    from components
    group by cell_number, area_key, category_key, period_type, period_start_on
)

select * from final
