{# The parts add up to the whole: both expressions give the same number; nothing is zero. #}
{% test same_total(model, expression, to, to_expression, where='true', to_where='true') %}
select part.total as part_total, whole.total as whole_total
from (select {{ expression }} as total from {{ model }} where {{ where }}) as part
cross join (select {{ to_expression }} as total from {{ to }} where {{ to_where }}) as whole
where coalesce(part.total, 0) <> coalesce(whole.total, 0)
{% endtest %}
