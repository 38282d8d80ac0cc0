with periods as (
    select period_start_on, period_end_on, is_complete
    from {{ ref('int_scored_periods') }}
    where period_type = 'month' and is_shown
),

final as (
    select
        waited.area_key, waited.category_key, waited.period_start_on, periods.period_end_on, periods.is_complete,
        waited.tickets, waited.closures, round(waited.median_days, 4) as median_days, round(waited.over_days, 4) as over_days
    from {{ ref('int_survival_days') }} as waited
    inner join periods using (period_start_on)
)

{{ with_standing('published.period_start_on >= ' ~ shown_from_on(var('score_months'))) }}
