{% set steps = ['2', '3', '4'] %}
{% set families = ['level', 'grade_frequency', 'grade_breadth', 'grade_difficulty'] %}
{% set terms = ['urgency', 'emotion', 'risk', 'repeat', 'escalation', 'dissatisfaction'] %}

with versions as (
    select rule_name, rule_key, rule_value, version, valid_from
    from {{ ref('int_weight_versions') }}
    where rule_name in ('{{ families | join("', '") }}', 'intensity_points')
),

days as (
    select distinct valid_from from versions
),

in_force as (
    select
        days.valid_from, versions.rule_name, versions.rule_key,
        max_by(versions.rule_value, versions.valid_from) as rule_value, max_by(versions.version, versions.valid_from) as version
    from days
    inner join versions on versions.valid_from <= days.valid_from
    group by days.valid_from, versions.rule_name, versions.rule_key
),

final as (
    select
        valid_from,
        coalesce(cast(lead(valid_from) over (order by valid_from) - interval '1' day as date), date '9999-12-31') as valid_to,
        {%- for family in families %}{% for step in steps %}
        max(case when rule_name = '{{ family }}' and rule_key = '{{ step }}' then rule_value end) as {{ family }}_{{ step }},
        {%- endfor %}{% endfor %}
        {%- for term in terms %}
        max(case when rule_name = 'intensity_points' and rule_key = '{{ term }}' then rule_value end) as {{ term }}_points,
        {%- endfor %}
        max(case when rule_name = 'level' then version end) as version
    from in_force
    group by valid_from
)

select * from final
