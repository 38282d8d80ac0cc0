{# Every row fulfils the condition (a condition that is null counts as fulfilled). #}
{% test holds(model, condition) %}
select * from {{ model }} where not ({{ condition }})
{% endtest %}
