with shown as (
    select area_key, area_level, category_key, category_level, period_type, period_start_on, period_end_on, is_complete
    from {{ ref('mart_degrees') }}
    where reports > 0
),

final as (
    select
        shown.area_key, shown.area_level, shown.category_key, shown.category_level,
        shown.period_type, shown.period_start_on, shown.period_end_on, shown.is_complete,
        survival.tickets, survival.closures,
        survival.restricted_mean_limits, survival.open_at_limit_share, survival.open_at_limit_lower_share, survival.open_at_limit_upper_share,
        survival.tickets_not_extended, survival.restricted_mean_limits_not_extended, survival.open_at_limit_share_not_extended,
        shares.lawfully_ended_count
    from shown
    inner join {{ ref('int_survival') }} as survival using (area_key, category_key, period_type, period_start_on)
    left join {{ ref('int_difficulty_shares') }} as shares using (area_key, category_key, period_type, period_start_on)
)

{{ with_standing(shown_cells(var('score_months'))) }}
