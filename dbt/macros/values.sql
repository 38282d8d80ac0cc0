{# A text of the settings as an SQL literal. #}
{% macro text_literal(value) %}'{{ value | string | replace("'", "''") }}'{% endmacro %}

{# Like text_literal, but the empty text is null. #}
{% macro text_or_null(value) %}nullif({{ text_literal(value) }}, ''){% endmacro %}

{# x held between low and high; null stays null (least and greatest skip nulls). #}
{% macro clip(x, low=0, high=1) -%}
  case when {{ x }} is null then null when {{ x }} < {{ low }} then {{ low }} when {{ x }} > {{ high }} then {{ high }} else {{ x }} end
{%- endmacro %}

{# a / b as a double; null when b is 0 or null. #}
{% macro share(a, b) %}(cast({{ a }} as double) / nullif({{ b }}, 0)){% endmacro %}

{# Lower end of the 95 % Wilson interval of k of n; null when n = 0. #}
{% macro wilson_lower(k, n) %}{{ _wilson(k, n, '-') }}{% endmacro %}

{# Upper end of the 95 % Wilson interval of k of n; null when n = 0. #}
{% macro wilson_upper(k, n) %}{{ _wilson(k, n, '+') }}{% endmacro %}

{% macro _wilson(k, n, sign) -%}
  {%- set z = 1.959963984540054 -%}
  {%- set z2 = z * z -%}
  ((({{ k }}) + {{ z2 / 2 }} {{ sign }} {{ z }} * sqrt(greatest(({{ k }}) * (1 - {{ share(k, n) }}) + {{ z2 / 4 }}, 0))) / (nullif({{ n }}, 0) + {{ z2 }}))
{%- endmacro %}

{# Standard normal distribution function; Page (1977), error below 0.0002. #}
{% macro normal_cdf(z) %}(1 / (1 + exp(-greatest(least(1.5976 * ({{ z }}) + 0.070566 * ({{ z }}) * ({{ z }}) * ({{ z }}), 500), -500)))){% endmacro %}

{# P(X < x) for X ~ Gamma(shape, rate); Wilson and Hilferty (1931): the cube root of X is nearly normal. #}
{% macro gamma_cdf(x, shape, rate) -%}
  {{ normal_cdf('((power((' ~ x ~ ') * (' ~ rate ~ ') / (' ~ shape ~ '), 1.0 / 3) - 1 + 1 / (9.0 * (' ~ shape ~ '))) * 3 * sqrt(' ~ shape ~ '))') }}
{%- endmacro %}
