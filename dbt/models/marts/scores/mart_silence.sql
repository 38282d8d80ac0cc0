with cells as (
    select * from {{ ref('int_silence_cells') }}
),

-- the posterior of the relative rate among its peers is Gamma(alpha + observed, alpha + expected)
judged as (
    select
        *,
        {{ gamma_cdf(rule('silence', 'theta'), '(alpha + reports_13w)', '(alpha + expected_13w)') }} as probability
    from cells
),

quiet as (
    select
        *,
        expected_13w >= {{ rule('silence', 'min_expected') }} and probability > {{ rule('silence', 'probability') }} as is_judged_quiet
    from judged
),

-- silence is confirmed only where staff still found at least as much as elsewhere; else it may simply be quiet
final as (
    select
        judged.area_key, judged.area_level, judged.category_key, judged.category_level, cast(judged.reports_13w as bigint) as reports_13w, round(judged.expected_13w, 4) as expected_13w,
        round(judged.probability, 6) as probability, judged.is_population_based, judged.peer_group,
        cast(judged.official_reports_13w as bigint) as official_reports_13w, judged.usual_official_reports_13w,
        case
            when judged.is_judged_quiet and judged.official_reports_13w > 0 and judged.official_reports_13w >= judged.usual_official_reports_13w
                then 'silent'
            when judged.is_judged_quiet then 'maybe_quiet'
        end as verdict,
        round(judged.phone_share_13w, 6) as phone_share_13w, round(judged.usual_phone_share_13w, 6) as usual_phone_share_13w,
        round(gaps.routine_gap_days, 4) as routine_gap_days
    from quiet as judged
    inner join {{ ref('dim_area') }} as areas using (area_key)
    left join {{ ref('int_routine_gaps') }} as gaps on gaps.area_key = areas.district
)

select * from final
