with versions as (
    select rule_name, rule_key, rule_value, valid_from, version, author, decided_on, reason from {{ source('rulebook', 'weights') }}
    union all
    select rule_name, rule_key, rule_value, cast('1900-01-01' as date), version, author, decided_on, reason
    from {{ ref('rules') }}
    where rule_name in ('degree_weight', 'frequency_weight', 'intensity_weight', 'breadth_weight', 'difficulty_weight')
        and rule_name || '|' || rule_key not in (
            select w.rule_name || '|' || w.rule_key from {{ source('rulebook', 'weights') }} as w where w.valid_from = cast('1900-01-01' as date)
        )
),

final as (
    select
        rule_name as rule, rule_key as key, rule_value as weight, valid_from,
        cast(lead(valid_from) over (partition by rule_name, rule_key order by valid_from) - interval '1' day as date) as valid_to,
        version, author, decided_on, reason
    from versions
    where valid_from <= {{ as_of_on() }}
)

select * from final
