{# Kaplan-Meier as macros over a stepped relation: one row per cell and time with `closures`, `leaving` (closed or censored) and `at_risk`. #}

{# How many are still under watch at a step; `time` is the column that orders the steps of a `cell`. #}
{% macro at_risk(leaving, cell, time) %}sum({{ leaving }}) over (partition by {{ cell }} order by {{ time }} desc rows unbounded preceding){% endmacro %}

{# S(t): the product of (1 - closures / at risk) up to this step; a step to zero is a very large negative logarithm. #}
{% macro still_open(closures, at_risk, cell, time) -%}
  exp(sum(case when {{ at_risk }} > {{ closures }} then ln(1 - {{ closures }} / cast({{ at_risk }} as double)) when {{ at_risk }} > 0 then -1e6 else 0 end)
      over (partition by {{ cell }} order by {{ time }} rows unbounded preceding))
{%- endmacro %}

{# Greenwood's sum up to this step: var S = S^2 times it. #}
{% macro greenwood(closures, at_risk, cell, time) -%}
  sum(case when {{ at_risk }} > {{ closures }} then {{ closures }} / (cast({{ at_risk }} as double) * ({{ at_risk }} - {{ closures }})) else 0 end)
      over (partition by {{ cell }} order by {{ time }} rows unbounded preceding)
{%- endmacro %}

{# Two-sided p of |z| under the standard normal; Abramowitz and Stegun (1964) 26.2.17, error below 2e-7. #}
{% macro logrank_p(z) -%}
  {%- set t = '(1 / (1 + 0.2316419 * abs(' ~ z ~ ')))' -%}
  least(1, 2 * exp(-({{ z }}) * ({{ z }}) / 2) / 2.5066282746310002 * {{ t }}
    * (0.319381530 + {{ t }} * (-0.356563782 + {{ t }} * (1.781477937 + {{ t }} * (-1.821255978 + {{ t }} * 1.330274429)))))
{%- endmacro %}
