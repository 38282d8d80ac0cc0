{# One weight vector a row: factors of the four degrees between 1 - spread and 1 + spread, evenly spread over their box by the additive
   recurrence of Roberts (2018), u_j(n) = frac(0.5 + n / g^j) with g^5 = g + 1: no random numbers, the same on every engine. #}
{% set g = 1.1673039782614187 %}
{% set spread = rule_constant('stability', 'spread') | float %}
{% set count = rule_constant('stability', 'designs') | int %}

with designs as (
    select *
    from (values
        {%- for n in range(1, [count, 1] | max + 1) %}
        ({{ n }}{% for j in range(1, 5) %}, {{ '%.6f' | format(1 - spread + 2 * spread * ((0.5 + n / g ** j) % 1)) }}{% endfor %}){{ ',' if not loop.last }}
        {%- endfor %}
    ) as listed (design, frequency_factor, intensity_factor, breadth_factor, difficulty_factor)
),

final as (
    select
        design,
        cast(frequency_factor as double) as frequency_factor, cast(intensity_factor as double) as intensity_factor,
        cast(breadth_factor as double) as breadth_factor, cast(difficulty_factor as double) as difficulty_factor
    from designs
)

select * from final
