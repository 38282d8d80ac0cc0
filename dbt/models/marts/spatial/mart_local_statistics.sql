with final as (
    select
        groups.unit_type, units.unit_key, groups.category_key, groups.category_level,
        groups.period_type, groups.period_start_on, periods.period_end_on, periods.is_complete,
        case when groups.is_rate then 'rate' else 'reports' end as measure,
        cast(scores.reports as bigint) as reports, scores.value, groups.mean as mean_value, scores.lag_deviation + groups.mean as neighbour_value,
        groups.units, scores.neighbours,
        scores.g_star_z, scores.g_star_p, scores.is_g_star_discovery,
        case when scores.is_g_star_discovery then case when scores.g_star_z > 0 then 'hot' else 'cold' end end as spot,
        scores.moran_i, scores.moran_z, scores.moran_p, scores.is_moran_discovery,
        case
            when scores.moran_i is null then null
            else case when scores.deviation > 0 then 'H' else 'L' end || case when scores.lag_deviation > 0 then 'H' else 'L' end
        end as quadrant
    from {{ ref('int_local_scores') }} as scores
    inner join {{ ref('int_local_groups') }} as groups using (group_id)
    inner join {{ ref('int_local_periods') }} as periods using (period_type, period_start_on)
    inner join {{ ref('int_spatial_units') }} as units on units.unit_type = groups.unit_type and units.unit_id = scores.unit_id
    where scores.is_g_star_discovery or scores.is_moran_discovery
        -- of second-level categories only what stands out by itself
        or (scores.reports > 0 and (groups.category_level < 2 or least(scores.g_star_p, scores.moran_p) <= {{ rule('local_statistics', 'false_discovery_share') }}))
)

select * from final
