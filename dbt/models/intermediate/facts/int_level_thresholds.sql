with versions as (
    select rule_key, rule_value, version, valid_from from {{ ref('int_weight_versions') }} where rule_name = 'level'
),

days as (
    select distinct valid_from from versions
),

in_force as (
    select days.valid_from, versions.rule_key, max_by(versions.rule_value, versions.valid_from) as rule_value, max_by(versions.version, versions.valid_from) as version
    from days
    inner join versions on versions.valid_from <= days.valid_from
    group by days.valid_from, versions.rule_key
),

final as (
    select
        valid_from,
        coalesce(cast(lead(valid_from) over (order by valid_from) - interval '1' day as date), date '9999-12-31') as valid_to,
        max(case when rule_key = '2' then rule_value end) as level_2,
        max(case when rule_key = '3' then rule_value end) as level_3,
        max(case when rule_key = '4' then rule_value end) as level_4,
        max(version) as version
    from in_force
    group by valid_from
)

select * from final
