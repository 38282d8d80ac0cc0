{# P(Z > z) of the standard normal distribution for any z; Abramowitz and Stegun 26.2.17, relative error below 1 % up to z = 5. #}
{% macro normal_upper(z) -%}
  {%- set a = 'abs(' ~ z ~ ')' -%}
  {%- set t = '(1 / (1 + 0.2316419 * ' ~ a ~ '))' -%}
  {%- set tail = '(exp(-0.5 * ' ~ a ~ ' * ' ~ a ~ ') * 0.3989422804014327 * ' ~ t ~ ' * (0.319381530 + ' ~ t ~ ' * (-0.356563782 + ' ~ t ~ ' * (1.781477937 + '
    ~ t ~ ' * (-1.821255978 + ' ~ t ~ ' * 1.330274429)))))' -%}
  (case when {{ z }} >= 0 then {{ tail }} else 1 - {{ tail }} end)
{%- endmacro %}

{# Two-sided p of a standard normal z: erfc(|z| / sqrt 2), relative error below 2e-7 in the far tail, too; Numerical Recipes (1992) §6.2. #}
{% macro two_sided_p(z) -%}
  {%- set x = '(abs(' ~ z ~ ') / sqrt(2.0))' -%}
  {%- set t = '(1.0 / (1.0 + 0.5 * ' ~ x ~ '))' -%}
  {%- set terms = [0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368, -1.26551223] -%}
  {%- set ns = namespace(sum='0.0') -%}
  {%- for term in terms -%}{%- set ns.sum = '(' ~ term ~ ' + ' ~ t ~ ' * ' ~ ns.sum ~ ')' -%}{%- endfor -%}
  ({{ t }} * exp(greatest(-{{ x }} * {{ x }} + {{ ns.sum }}, -700.0)))
{%- endmacro %}

{# ln of the gamma function for x > 0: Stirling's series at x + 3. #}
{% macro ln_gamma(x) -%}
  {%- set y = '((' ~ x ~ ') + 3)' -%}
  (({{ y }} - 0.5) * ln({{ y }}) - {{ y }} + 0.9189385332046727 + 1 / (12 * {{ y }}) - 1 / (360 * power({{ y }}, 3)) + 1 / (1260 * power({{ y }}, 5))
   - ln(({{ x }}) * (({{ x }}) + 1) * (({{ x }}) + 2)))
{%- endmacro %}

{# P(X < x) of X ~ Gamma(a, 1), for x > 0: the power series where x <= a is small (exact), else the cube root is nearly normal. #}
{% macro gamma_lower(x, a) -%}
  {%- set series = namespace(text='1') -%}
  {%- for n in range(24, 0, -1) -%}{%- set series.text = '(1 + ' ~ x ~ ' / (' ~ a ~ ' + ' ~ n ~ ') * ' ~ series.text ~ ')' -%}{%- endfor -%}
  (case
    when {{ x }} <= {{ a }} and {{ a }} < 12 then exp({{ a }} * ln({{ x }}) - {{ x }} - ({{ ln_gamma(a ~ ' + 1') }})) * {{ series.text }}
    else {{ normal_upper('(3 * sqrt(' ~ a ~ ') * (1 - 1 / (9 * ' ~ a ~ ') - power(' ~ x ~ ' / ' ~ a ~ ', 1.0 / 3)))') }}
  end)
{%- endmacro %}

{# The rank whose value is the lower end of a 95 % interval of the median of n: the largest j with P(Binomial(n, 1/2) < j) <= 2.5 %, by the normal approximation with
   continuity correction (exact for nearly all n); 0 = n is too small. The upper end has rank n + 1 - j. #}
{% macro median_rank(n) %}floor({{ n }} / 2.0 + 0.5 - 1.959963984540054 * sqrt({{ n }}) / 2){% endmacro %}
