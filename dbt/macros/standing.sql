{# What stands of the last publication (docs/decisions/0014): `standing_until` is the first local day of which something new is known. #}

{# Whether nothing new is known of `day` and the days before it. #}
{% macro stands(day) %}{% if var('standing_until') %}({{ day }} < cast('{{ var("standing_until") }}' as date)){% else %}false{% endif %}{% endmacro %}

{# The first day of the month of the build. #}
{% macro this_month_on() %}cast({{ dbt.date_trunc('month', as_of_on()) }} as date){% endmacro %}

{# The first day of the `months` that are shown. #}
{% macro shown_from_on(months) %}cast({{ dbt.date_trunc('month', as_of_on() ~ " - interval '" ~ (months - 1) ~ "' month") }} as date){% endmacro %}

{# The first day of the scored periods: the calendar year before the first shown month gives its goalposts. #}
{% macro scored_from_on() %}cast({{ dbt.date_trunc('year', shown_from_on(var('score_months')) ~ " - interval '1' year") }} as date){% endmacro %}

{# The rows of `final`, and those of the last publication that stand and meet the condition. #}
{% macro with_standing(condition) -%}
{%- set published = source('published', model.name) -%}
select {{ model.columns | join(', ') }} from final
{%- if var('standing_until') %}
union all
select {{ model.columns | join(', ') }} from {{ published }} as published
where {{ stands('published.period_end_on') }} and {{ condition }}
{%- endif %}
{%- endmacro %}

{# Cells of the last publication that are shown again: fine ones for fewer months, the others while area and category are known to have met. #}
{% macro shown_cells(months) -%}
  {%- set pairs = ref('int_spine_pairs') -%}
  published.period_start_on >= {{ shown_from_on(months) }}
  and case when published.category_level = 3 or published.area_level in ('community', 'estate') then published.period_start_on >= {{ shown_from_on(var('fine_months')) }}
    else exists (
      select 1 from {{ pairs }} as pairs
      where pairs.area_key = published.area_key and pairs.category_key = published.category_key and pairs.first_on <= published.period_end_on
    ) end
{%- endmacro %}
