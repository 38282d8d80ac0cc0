{# The local day of the build. #}
{% macro as_of_on() %}cast('{{ var("as_of") }}' as date){% endmacro %}

{# The first UTC instant that is not known any more. #}
{% macro as_of_at() %}cast('{{ var("as_of_at") }}' as timestamp){% endmacro %}

{# The last UTC instant whose acts are shown; only where the variable is given. #}
{% macro acts_until() %}cast('{{ var("acts_until") }}' as timestamp){% endmacro %}

{# The value of `expression` when the event at `event_at` had happened by the as-of instant, else null. #}
{% macro if_known(expression, is_known) %}case when {{ is_known }} then {{ expression }} end{% endmacro %}

{# An instant, or the ticket's start where it is said to lie before it. #}
{% macro not_before_start(instant) %}case when {{ instant }} < created_at then created_at else {{ instant }} end{% endmacro %}

{# The UTC instant at which local day `day` ends, by the offsets of the city's zone. #}
{% macro local_day_end_at(day) -%}
  {{ dbt.dateadd('day', 1, 'cast(' ~ day ~ ' as timestamp)') }} -
  case
    {%- for first_day, minutes in var('utc_offsets') | reverse %}
    when {{ day }} >= cast('{{ first_day }}' as date) then interval '{{ minutes }}' minute
    {%- endfor %}
    else interval '{{ var("utc_offsets")[0][1] }}' minute
  end
{%- endmacro %}

{# The local day of a UTC instant, by the same offsets: day d holds what lies before local_day_end_at(d) and not before that of the day before. #}
{% macro local_day(instant) -%}
  {%- set offsets = var('utc_offsets') -%}
  {%- set first = 'cast(' ~ instant ~ " + interval '" ~ offsets[0][1] ~ "' minute as date)" -%}
  {%- if offsets | length == 1 -%}
  {{ first }}
  {%- else -%}
  case
    {%- for n in range(offsets | length - 1, 0, -1) %}
    when {{ instant }} >= cast('{{ offsets[n][0] }}' as timestamp) - interval '{{ offsets[n - 1][1] }}' minute
      then greatest(cast({{ instant }} + interval '{{ offsets[n][1] }}' minute as date), cast('{{ offsets[n][0] }}' as date))
    {%- endfor %}
    else {{ first }}
  end
  {%- endif -%}
{%- endmacro %}
