-- what the components contribute is the score of the degree
with summed as (
    select area_key, category_key, period_type, period_start_on, degree, sum(contribution) as contribution
    from {{ ref('mart_degree_components') }}
    group by area_key, category_key, period_type, period_start_on, degree
)

select summed.*
from summed
inner join {{ ref('mart_degrees') }} as degrees using (area_key, category_key, period_type, period_start_on)
where degrees.reports > 0 and abs(
    summed.contribution - case summed.degree
        when 'frequency' then degrees.frequency_score
        when 'intensity' then degrees.intensity_score
        when 'breadth' then degrees.breadth_score
        else degrees.difficulty_score
    end
) > 0.01
