{# The keys of places, the only spelling: an estate whose community is not named has `-` in its place. #}
{% macro street_key(district, street) %}{{ district }} || '/' || {{ street }}{% endmacro %}

{% macro community_key(district, street, community) %}{{ street_key(district, street) }} || '/' || {{ community }}{% endmacro %}

{% macro estate_key(district, street, community, estate) %}{{ community_key(district, street, "coalesce(" ~ community ~ ", '-')") }} || '/' || {{ estate }}{% endmacro %}

{# The key of the finest level that is named; null when the district, or the street of a community or estate, is not. #}
{% macro area_key(district, street, community, estate) -%}
  case
    when {{ estate }} is not null then {{ estate_key(district, street, community, estate) }}
    when {{ community }} is not null then {{ community_key(district, street, community) }}
    when {{ street }} is not null then {{ street_key(district, street) }}
    else {{ district }}
  end
{%- endmacro %}

{# `l1->l2->l3` as deep as it is known. #}
{% macro category_key(l1, l2, l3) -%}
  {{ l1 }} || coalesce('->' || {{ l2 }} || coalesce('->' || {{ l3 }}, ''), '')
{%- endmacro %}

{# One number for area, category and period together, of the codes of int_area_codes, int_category_codes and int_scored_periods: one comparison in place of four. #}
{% macro cell_number(area_code, category_code, period_code) -%}
  ((cast({{ period_code }} as bigint) * 10000000 + {{ area_code }}) * 100000 + {{ category_code }})
{%- endmacro %}

{# The fingerprint of what a ticket says: the same title and text have the same one, in every version and every copy. #}
{% macro text_hash(title, text) %}{{ dbt.hash("coalesce(" ~ title ~ ", '') || '|' || coalesce(" ~ text ~ ", '')") }}{% endmacro %}
