with decided as (
    select rule_name, rule_key, rule_value, valid_from, version, author, decided_on, reason from {{ source('rulebook', 'weights') }}
),

defaults as (
    select rule_name, rule_key, rule_value, cast('1900-01-01' as date) as valid_from, version, author, decided_on, reason
    from {{ ref('rules') }}
    where rule_name in ('degree_weight', 'frequency_weight', 'intensity_weight', 'breadth_weight', 'difficulty_weight', 'level',
        'grade_frequency', 'grade_breadth', 'grade_difficulty', 'intensity_points')
),

-- the seed holds until the city's rulebook says otherwise
final as (
    select * from decided
    union all
    select defaults.*
    from defaults
    left join decided using (rule_name, rule_key, valid_from)
    where decided.rule_name is null
)

select * from final
