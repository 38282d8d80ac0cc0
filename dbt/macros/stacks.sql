{# What people did is a stack: an undo takes back the last act that still stands.  The columns of those acts of `relation` that still stand,
   without the undos, and their position; `subject` are the columns that name what was acted on, `act` is the column that may say undo. #}
{% macro standing_acts(relation, subject, act, columns) %}
    select {{ columns }}, position
    from (
        select
            {{ columns }}, position, {{ act }} as done, balance,
            min(balance) over (partition by {{ subject }} order by position rows between 1 following and unbounded following) as lowest_later
        from (
            select *, sum(case when {{ act }} = 'undo' then -1 else 1 end) over (partition by {{ subject }} order by position rows unbounded preceding) as balance
            from {{ relation }}
        ) as balanced
    ) as seen
    where done <> 'undo' and coalesce(lowest_later, balance) >= balance
{% endmacro %}
