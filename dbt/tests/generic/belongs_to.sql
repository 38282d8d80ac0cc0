{# Every non-null combination of `columns` is a row of `to` (`keys`, default the same names). #}
{% test belongs_to(model, columns, to, keys=none) %}
{% set keys = keys or columns %}
select distinct {{ columns | join(', ') }}
from {{ model }} as child
where {% for column in columns %} child.{{ column }} is not null and {% endfor %} not exists (
  select 1 from {{ to }} as parent
  where {% for column in columns %} parent.{{ keys[loop.index0] }} = child.{{ column }} {% if not loop.last %} and {% endif %} {% endfor %}
)
{% endtest %}
