with levels as (
    select * from {{ ref('int_usual_levels') }}
),

-- the year before the shown periods is there for their sums alone: of its own past year not all is known
final as (
    select
        measure, area_level, category_key, period_type, period_start_on, period_end_on, numerator, denominator,
        case when period_start_on >= {{ shown_from_on(var('score_months')) }} then usual_value end as usual_value
    from levels
    where period_start_on >= {{ shown_from_on(var('score_months')) }} - interval '371' day
)

select * from final
