with versions as (
    select * from {{ ref('int_weight_versions') }} where rule_name like '%_weight'
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
