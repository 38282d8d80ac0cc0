-- mean and variance over all places of a type, those without reports included
with study as (
    select unit_type, count(*) as units, min(population) > 0 as is_rate from {{ ref('int_spatial_units') }} group by unit_type
),

measured as (
    select
        counts.unit_type, counts.period_type, counts.period_start_on, counts.category_key, counts.category_level, counts.reports,
        case when units.population > 0 then counts.reports * 10000.0 / units.population else counts.reports end as value
    from {{ ref('int_local_counts') }} as counts
    inner join {{ ref('int_spatial_units') }} as units using (unit_type, unit_id)
),

summed as (
    select
        unit_type, period_type, period_start_on, category_key, category_level,
        sum(reports) as reports, sum(value) as value_sum, sum(value * value) as square_sum
    from measured
    group by unit_type, period_type, period_start_on, category_key, category_level
),

moments as (
    select
        summed.*, study.units, coalesce(study.is_rate, false) as is_rate,
        value_sum / study.units as mean, square_sum / study.units - power(value_sum / study.units, 2) as variance
    from summed
    inner join study using (unit_type)
    where summed.reports >= {{ rule('local_statistics', 'least_reports') }} and study.units >= {{ rule('local_statistics', 'least_units') }}
),

-- where all places are equal (but for rounding) there is no score
final as (
    select
        row_number() over (order by unit_type, period_type, period_start_on, category_key) as group_id,
        unit_type, period_type, period_start_on, category_key, category_level, cast(reports as bigint) as reports, units, is_rate, mean, variance
    from moments
    where variance > 1e-9 * mean * mean
)

select * from final
