-- weights: 1 / neighbours (Moran), 1 / (neighbours + 1) with the place itself (G*)
with centred as (
    select
        sums.group_id, sums.unit_id, sums.units, sums.reports, sums.value, sums.neighbours, groups.units as n, groups.variance,
        -- one report among thousands of empty cells is no hot spot, whatever the normal tail says
        greatest(sums.near_reports, groups.reports * (sums.neighbours + 1.0) / groups.units) >= {{ rule('local_statistics', 'least_local_reports') }} as is_testable,
        sums.value - groups.mean as deviation,
        {{ share('sums.beside', 'sums.neighbours') }} - groups.mean as lag_deviation,
        (sums.value + sums.beside) / (sums.neighbours + 1.0) - groups.mean as star_deviation
    from {{ ref('int_local_sums') }} as sums
    inner join {{ ref('int_local_groups') }} as groups using (group_id)
),

-- Ord and Getis (1995); Anselin (1995) with the conditional moments of Sokal, Oden and Thomson (1998)
scored as (
    select
        group_id, unit_id, units, reports, value, neighbours, is_testable, deviation, lag_deviation,
        star_deviation / nullif(sqrt(greatest(variance * (n / (neighbours + 1.0) - 1) / (n - 1), 0)), 0) as g_star_z,
        (n - 1.0) * deviation * lag_deviation / (n * variance) as moran_i,
        sign(deviation) * (lag_deviation + deviation / (n - 1.0))
        / nullif(sqrt(greatest(n / (n - 2.0) * (1.0 / nullif(neighbours, 0) - 1.0 / (n - 1)) * (variance - deviation * deviation / (n - 1.0)), 0)), 0) as moran_z
    from centred
),

tested as (
    select scored.*, {{ two_sided_p('g_star_z') }} as g_star_p, {{ two_sided_p('moran_z') }} as moran_p from scored
),

-- Benjamini and Hochberg (1995): the largest p that is not above its rank's share of the tolerated rate; none above that rate can be it
tests as (
    select
        group_id,
        sum(case when g_star_p is not null then units end) as g_star_tests,
        sum(case when moran_p is not null then units end) as moran_tests
    from tested
    group by group_id
),

g_star_ranks as (
    select group_id, g_star_p, sum(units) over (partition by group_id order by g_star_p) as position
    from tested
    where is_testable and g_star_p <= {{ rule('local_statistics', 'false_discovery_share') }}
),

g_star_limits as (
    select ranks.group_id, max(ranks.g_star_p) as g_star_limit
    from g_star_ranks as ranks
    inner join tests using (group_id)
    where ranks.g_star_p <= {{ rule('local_statistics', 'false_discovery_share') }} * ranks.position / tests.g_star_tests
    group by ranks.group_id
),

moran_ranks as (
    select group_id, moran_p, sum(units) over (partition by group_id order by moran_p) as position
    from tested
    where is_testable and moran_p <= {{ rule('local_statistics', 'false_discovery_share') }}
),

moran_limits as (
    select ranks.group_id, max(ranks.moran_p) as moran_limit
    from moran_ranks as ranks
    inner join tests using (group_id)
    where ranks.moran_p <= {{ rule('local_statistics', 'false_discovery_share') }} * ranks.position / tests.moran_tests
    group by ranks.group_id
),

final as (
    select
        group_id, unit_id, units, reports, value, neighbours, is_testable, deviation, lag_deviation, g_star_z, g_star_p, moran_i, moran_z, moran_p,
        case when g_star_p is not null then is_testable and coalesce(g_star_p <= g_star_limit, false) end as is_g_star_discovery,
        case when moran_p is not null then is_testable and coalesce(moran_p <= moran_limit, false) end as is_moran_discovery
    from tested
    left join g_star_limits using (group_id)
    left join moran_limits using (group_id)
)

select * from final
