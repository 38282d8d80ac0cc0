with versions as (
    select * from {{ ref('int_weight_versions') }}
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
