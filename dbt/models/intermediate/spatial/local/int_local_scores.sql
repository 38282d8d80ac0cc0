{% set statistics = ['g_star', 'moran'] %}

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
    select scored.*{% for name in statistics %}, {{ two_sided_p(name ~ '_z') }} as {{ name }}_p{% endfor %} from scored
),

-- Benjamini and Hochberg (1995): the largest p that is not above its rank's share of the tolerated rate; none above that rate can be it
tests as (
    select
        group_id,
        {%- for name in statistics %}
        sum(case when {{ name }}_p is not null then units end) as {{ name }}_tests{{ ',' if not loop.last }}
        {%- endfor %}
    from tested
    group by group_id
),

{% for name in statistics %}
{{ name }}_ranks as (
    select group_id, {{ name }}_p, sum(units) over (partition by group_id order by {{ name }}_p) as position
    from tested
    where is_testable and {{ name }}_p <= {{ rule('local_statistics', 'false_discovery_share') }}
),

{{ name }}_limits as (
    select ranks.group_id, max(ranks.{{ name }}_p) as {{ name }}_limit
    from {{ name }}_ranks as ranks
    inner join tests using (group_id)
    where ranks.{{ name }}_p <= {{ rule('local_statistics', 'false_discovery_share') }} * ranks.position / tests.{{ name }}_tests
    group by ranks.group_id
),

{% endfor %}
final as (
    select
        group_id, unit_id, units, reports, value, neighbours, is_testable, deviation, lag_deviation, g_star_z, g_star_p, moran_i, moran_z, moran_p,
        {%- for name in statistics %}
        case when {{ name }}_p is not null then is_testable and coalesce({{ name }}_p <= {{ name }}_limit, false) end as is_{{ name }}_discovery{{ ',' if not loop.last }}
        {%- endfor %}
    from tested
    left join g_star_limits using (group_id)
    left join moran_limits using (group_id)
)

select * from final
