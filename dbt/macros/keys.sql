{# `district/street/community/estate` as deep as it is known without a gap; null when the district is not. #}
{% macro area_key(district, street, community, estate) -%}
  {{ district }} || coalesce('/' || {{ street }} || coalesce('/' || {{ community }} || coalesce('/' || {{ estate }}, ''), ''), '')
{%- endmacro %}

{# `l1->l2->l3` as deep as it is known. #}
{% macro category_key(l1, l2, l3) -%}
  {{ l1 }} || coalesce('->' || {{ l2 }} || coalesce('->' || {{ l3 }}, ''), '')
{%- endmacro %}
