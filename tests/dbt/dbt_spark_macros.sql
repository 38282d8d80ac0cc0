{# What dbt's own macros become on Spark (after dbt-spark 1.11, Apache License 2.0), put in the place of those for DuckDB. #}
{% macro duckdb__dateadd(datepart, interval, from_date_or_timestamp) -%}
  {%- set months = {'month': 1, 'quarter': 3, 'year': 12} -%}
  {%- set days = {'day': 1, 'week': 7} -%}
  {%- set moved -%}
    {%- if datepart in days -%} date_add(date({{ from_date_or_timestamp }}), cast({{ interval }} * {{ days[datepart] }} as int))
    {%- else -%} add_months(date({{ from_date_or_timestamp }}), cast({{ interval }} * {{ months[datepart] }} as int))
    {%- endif -%}
  {%- endset -%}
  to_timestamp(to_unix_timestamp({{ moved }}) + to_unix_timestamp(to_timestamp({{ from_date_or_timestamp }})) - to_unix_timestamp(date({{ from_date_or_timestamp }})))
{%- endmacro %}

{% macro duckdb__datediff(first_date, second_date, datepart) -%}
  {%- if datepart != 'day' -%}{{ exceptions.raise_compiler_error('datediff by ' ~ datepart ~ ' counts otherwise on Spark') }}{%- endif -%}
  datediff(date({{ second_date }}), date({{ first_date }}))
{%- endmacro %}

{% macro duckdb__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
  {{ exceptions.raise_compiler_error('dbt-spark has no listagg in order: use joined()') }}
{%- endmacro %}

{% macro duckdb__hash(field) -%} md5(cast({{ field }} as string)) {%- endmacro %}

{% macro duckdb__last_day(date, datepart) -%}{{ return(default_last_day(date, datepart)) }}{%- endmacro %}

{% macro duckdb__date_trunc(datepart, date) -%} date_trunc('{{ datepart }}', {{ date }}) {%- endmacro %}
