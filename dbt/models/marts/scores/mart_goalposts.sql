with final as (
    select
        area_level, category_level, period_type, degree, component, score_year, low_value, high_value, goalposts_version,
        reference_first_on, reference_last_on, cells, frozen_as_of
    from {{ ref('int_goalposts') }}
)

select * from final
