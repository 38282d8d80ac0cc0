-- the seed holds until the city's rulebook says otherwise
with versions as (
    select rule_name, rule_key, rule_value, valid_from, version from {{ source('rulebook', 'weights') }}
    union all
    select rule_name, rule_key, rule_value, cast('1900-01-01' as date), version
    from {{ ref('rules') }}
    where rule_name in ('degree_weight', 'frequency_weight', 'intensity_weight', 'breadth_weight', 'difficulty_weight')
        and rule_name || '|' || rule_key not in (
            select w.rule_name || '|' || w.rule_key from {{ source('rulebook', 'weights') }} as w where w.valid_from = cast('1900-01-01' as date)
        )
),

-- the version in force when the period was judged: a later change does not reach back
in_force as (
    select
        periods.period_type, periods.period_start_on, versions.rule_name, versions.rule_key,
        max_by(versions.rule_value, versions.valid_from) as rule_value, max_by(versions.version, versions.valid_from) as version,
        max(versions.valid_from) as valid_from
    from {{ ref('int_scored_periods') }} as periods
    inner join versions on versions.valid_from <= periods.judged_on
    group by periods.period_type, periods.period_start_on, versions.rule_name, versions.rule_key
),

-- shares of one: what a committee decides need not add up
final as (
    select
        period_type, period_start_on, rule_name, rule_key,
        rule_value / sum(rule_value) over (partition by period_type, period_start_on, rule_name) as weight,
        version, valid_from,
        first_value(version) over (partition by period_type, period_start_on order by valid_from desc, version desc) as weights_version
    from in_force
)

select * from final
