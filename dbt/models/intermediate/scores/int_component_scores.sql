with component_values as (
    select component_values.*, periods.period_end_on, periods.has_components_shown
    from {{ ref('int_component_values') }} as component_values
    inner join {{ ref('int_scored_periods') }} as periods using (period_type, period_start_on)
    where periods.is_shown and (periods.is_fine_shown or (component_values.category_level < 3 and component_values.area_level not in ('community', 'estate')))
),

weights as (
    select period_type, period_start_on, replace(rule_name, '_weight', '') as degree, rule_key as component, weight
    from {{ ref('int_degree_weights') }}
    where rule_name <> 'degree_weight'
),

normalised as (
    select
        component_values.*, weights.weight, goalposts.goalposts_version,
        case
            when not component_values.is_goalposted then 100 * component_values.raw_value
            when goalposts.high_value - goalposts.low_value > 1e-9
                then 100 * {{ clip('(component_values.raw_value - goalposts.low_value) / (goalposts.high_value - goalposts.low_value)') }}
        end as normalised_value
    from component_values
    inner join weights using (period_type, period_start_on, degree, component)
    left join {{ ref('int_goalposts') }} as goalposts
        on goalposts.area_level = component_values.area_level and goalposts.category_level = component_values.category_level
        and goalposts.period_type = component_values.period_type and goalposts.degree = component_values.degree
        and goalposts.component = component_values.goalpost_component and goalposts.score_year = extract(year from component_values.period_start_on)
),

-- a component whose goalposts coincide says nothing, one without weight neither; the others share its weight
final as (
    select
        *,
        weight / sum(weight) over (partition by cell_number, degree) as effective_weight
    from normalised
    where normalised_value is not null and weight > 0
)

select * from final
