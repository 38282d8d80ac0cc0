{% set shares = {'redo': 'is_redone', 'unsolved': 'is_unsolved', 'recurrence': 'is_recurred', 'multi_unit': 'is_joint'} %}

with cells as (
    select
        area_key, area_level, category_key, category_level, period_type, period_start_on,
        avg(transfer_count) as mean_transfers,
        sum(case when is_lawfully_ended then 1 else 0 end) as lawfully_ended_count,
        {%- for name, column in shares.items() %}
        sum(case when {{ column }} then 1 else 0 end) as {{ name }}_count, count({{ column }}) as {{ name }}_known{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_cohort_tickets') }}
    group by area_key, area_level, category_key, category_level, period_type, period_start_on
),

-- the category's rate over the year up to the period, in the whole city
rates as (
    select
        category_key, period_type, period_start_on,
        {%- for name in shares %}
        {{ share('sum(' ~ name ~ '_count) over last_year', 'sum(' ~ name ~ '_known) over last_year') }} as {{ name }}_rate{{ ',' if not loop.last }}
        {%- endfor %}
    from cells
    where area_key = '*'
    window last_year as (partition by category_key, period_type order by {{ day_number('period_start_on') }} range between 364 preceding and current row)
),

final as (
    select
        cells.area_key, cells.area_level, cells.category_key, cells.category_level, cells.period_type, cells.period_start_on,
        cells.lawfully_ended_count,
        {{ clip('cells.mean_transfers / ' ~ rule('difficulty', 'max_transfers')) }} as transfers_share,
        {%- for name in shares %}
        case when cells.{{ name }}_known > 0
            then (cells.{{ name }}_count + {{ rule('difficulty', 'shrink_tickets') }} * rates.{{ name }}_rate) / (cells.{{ name }}_known + {{ rule('difficulty', 'shrink_tickets') }}) end as {{ name }}_share{{ ',' if not loop.last }}
        {%- endfor %}
    from cells
    inner join rates using (category_key, period_type, period_start_on)
    inner join {{ ref('int_cell_sums') }} as sums using (area_key, category_key, period_type, period_start_on)
    where sums.is_scored
)

select * from final
