{# The cells of the indicators: city and district by all, first and second category; streets and units by all categories. #}
{% macro kpi_grouping_sets(keys) -%}
  {%- set fixed = keys | join(', ') -%}
  grouping sets (
      ({{ fixed }}), ({{ fixed }}, category_l1_key), ({{ fixed }}, category_l1_key, category_l2_key), ({{ fixed }}, unit), ({{ fixed }}, street_key),
      ({{ fixed }}, district_key), ({{ fixed }}, district_key, category_l1_key), ({{ fixed }}, district_key, category_l1_key, category_l2_key)
  )
{%- endmacro %}

{# The keys of such a cell; rows of an unknown district, street or category have a null key and are dropped by the caller. #}
{% macro kpi_cell_columns() -%}
        case when grouping(street_key) = 0 then street_key when grouping(district_key) = 1 then '*' else district_key end as area_key,
        case when grouping(category_l1_key) = 1 then '*' when grouping(category_l2_key) = 1 then category_l1_key else category_l2_key end as category_key,
        case when grouping(unit) = 0 then unit end as unit,
        1 - grouping(unit) as is_unit_cell
{%- endmacro %}
