{% set shares = {'redo': 'is_redone', 'unsolved': 'is_unsolved', 'recurrence': 'is_recurred', 'multi_unit': 'is_joint'} %}
{% set clocks = {'clocked': 'limits_watched is not null', 'not_extended': 'limits_watched is not null and not is_extended'} %}

with final as (
    select
        cell_number, area_code, category_code, period_code,
        avg(transfer_count) as mean_transfers,
        sum(case when is_lawfully_ended then 1 else 0 end) as lawfully_ended_count,
        {%- for name, column in shares.items() %}
        sum(case when {{ column }} then 1 else 0 end) as {{ name }}_tickets, count({{ column }}) as {{ name }}_known,
        {%- endfor %}
        {%- for name, condition in clocks.items() %}
        sum(case when {{ condition }} then 1 else 0 end) as {{ name }}_tickets,
        sum(case when {{ condition }} and is_closed then 1 else 0 end) as {{ name }}_closures{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_cohort_tickets') }}
    group by cell_number, area_code, category_code, period_code
)

select * from final
