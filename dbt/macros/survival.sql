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
