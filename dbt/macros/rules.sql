{# One number of the seed `rules`, as a scalar subquery, so that lineage and version stay visible. #}
{% macro rule(name, key) %}(select r.rule_value from {{ ref('rules') }} as r where r.rule_name = '{{ name }}' and r.rule_key = '{{ key }}'){% endmacro %}

{# Level 1 to 4 of a score by the thresholds of a row `t` of int_dated_rules; null stays null. #}
{% macro level(t, score) -%}
  case when {{ score }} >= {{ t }}.level_4 then 4 when {{ score }} >= {{ t }}.level_3 then 3 when {{ score }} >= {{ t }}.level_2 then 2 when {{ score }} is not null then 1 end
{%- endmacro %}

{# Grade 1 to 4 by the thresholds of a row `t` of int_dated_rules; null stays null. #}
{% macro grade(t, rule_name, x) -%}
  case
    when {{ x }} is null then null
    when {{ x }} >= {{ t }}.{{ rule_name }}_4 then 4
    when {{ x }} >= {{ t }}.{{ rule_name }}_3 then 3
    when {{ x }} >= {{ t }}.{{ rule_name }}_2 then 2
    else 1
  end
{%- endmacro %}

{# The same number written into the SQL, where an engine wants a constant (window frames, quantiles). #}
{% macro rule_constant(name, key) -%}
  {%- set rules = ref('rules') -%}
  {%- if execute -%}
    {%- set found = run_query("select cast(rule_value as string) from " ~ rules ~ " where rule_name = '" ~ name ~ "' and rule_key = '" ~ key ~ "'") -%}
    {{ (found.columns[0][0] | float) if (found.columns[0][0] | float) % 1 else (found.columns[0][0] | float | int) }}
  {%- else -%}
    0
  {%- endif -%}
{%- endmacro %}

{# All patterns of a code domain (and meaning) as one constant regular expression; engines compile it once. #}
{% macro code_patterns(domain, meaning=none) -%}
  {%- set codes = ref('code_rules') -%}
  {%- if execute -%}
    {%- set found = run_query(
      "select pattern from " ~ codes ~ " where code_domain = '" ~ domain ~ "'" ~ (" and meaning = '" ~ meaning ~ "'" if meaning else "") ~ " order by pattern") -%}
    {{ text_literal(found.columns[0].values() | join('|')) }}
  {%- else -%}
    ''
  {%- endif -%}
{%- endmacro %}
