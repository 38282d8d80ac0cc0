with components as (
    select * from {{ ref('int_component_scores') }} where has_components_shown
),

final as (
    select
        components.area_key, components.area_level, components.category_key, components.category_level,
        components.period_type, components.period_start_on, components.period_end_on, components.degree, components.component,
        components.raw_value, round(components.normalised_value, 4) as normalised_value,
        components.weight, components.effective_weight,
        round(components.effective_weight * components.normalised_value, 4) as contribution,
        components.goalposts_version
    from components
)

{{ with_standing(shown_cells(var('component_months'))) }}
