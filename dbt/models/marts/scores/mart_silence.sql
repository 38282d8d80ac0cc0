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
        judged.area_key, judged.area_level, judged.category_key, judged.category_level, judged.reports_13w, round(judged.expected_13w, 4) as expected_13w,
        round(judged.probability, 6) as probability, judged.is_population_based, judged.official_reports_13w, judged.usual_official_reports_13w,
        case
            when judged.is_judged_quiet and judged.official_reports_13w > 0 and judged.official_reports_13w >= judged.usual_official_reports_13w
                then 'silent'
            when judged.is_judged_quiet then 'maybe_quiet'
        end as verdict,
        gaps.routine_gap_days
    from quiet as judged
    left join {{ ref('int_routine_gaps') }} as gaps using (area_key)
)

select * from final
