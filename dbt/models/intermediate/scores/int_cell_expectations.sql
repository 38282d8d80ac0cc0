with fine as (
    select
        sums.area_key, sums.category_key, sums.period_type, sums.period_start_on, sums.reports,
        cast({{ dbt.date_trunc('quarter', 'sums.period_start_on') }} as date) as quarter_start_on
    from {{ ref('int_cell_sums') }} as sums
    where sums.is_fine and sums.is_scored
),

-- a part of an overdispersed count is less so: thinning by the share keeps mean and variance exact
shared as (
    select
        fine.*, shares.parent_share * parents.expected as expected, greatest(1 + shares.parent_share * (parents.dispersion - 1), 1) as dispersion,
        parents.is_low_confidence or shares.is_low_confidence as is_low_confidence, parents.alpha
    from fine
    inner join {{ ref('int_cell_shares') }} as shares using (quarter_start_on, area_key, category_key)
    inner join {{ source('sense', 'cell_expectations') }} as parents
        on parents.area_key = shares.parent_area_key and parents.category_key = shares.parent_category_key
        and parents.period_type = fine.period_type and parents.period_start_on = fine.period_start_on
),

-- P(Y >= y) of a count with this mean and variance is the lower tail of a gamma; mid-p takes half of P(Y = y)
tailed as (
    select
        *,
        case when reports >= {{ rule('frequency', 'surprise_min_reports') }} and expected > 0 then
            ({{ gamma_lower('(expected / dispersion)', '(reports / dispersion)') }} + {{ gamma_lower('(expected / dispersion)', '((reports + 1) / dispersion)') }}) / 2
        end as mid_p
    from shared
),

final as (
    select area_key, category_key, period_type, period_start_on, expected, mid_p, is_low_confidence, alpha
    from {{ source('sense', 'cell_expectations') }}
    union all
    select area_key, category_key, period_type, period_start_on, expected, least(mid_p, 1), is_low_confidence, alpha
    from tailed
)

select * from final
