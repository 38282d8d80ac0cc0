{% set shares = ['redo', 'unsolved', 'recurrence', 'multi_unit'] %}

with cells as (
    select sums.*, areas.area_key, areas.area_level, categories.category_key, categories.category_level, periods.period_type, periods.period_start_on
    from {{ ref('int_cohort_sums') }} as sums
    inner join {{ ref('int_area_codes') }} as areas using (area_code)
    inner join {{ ref('int_category_codes') }} as categories using (category_code)
    inner join {{ ref('int_scored_periods') }} as periods using (period_code)
),

-- the category's rate over the year up to the period, in the whole city
rates as (
    select
        category_key, period_type, period_start_on,
        {%- for name in shares %}
        max(case when measure = '{{ name }}' then usual_value end) as {{ name }}_rate{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_usual_levels') }}
    where area_level = 'city'
    group by category_key, period_type, period_start_on
),

final as (
    select
        cells.cell_number, cells.area_key, cells.area_level, cells.category_key, cells.category_level, cells.period_type, cells.period_start_on,
        cells.lawfully_ended_count,
        {{ clip('cells.mean_transfers / ' ~ rule('difficulty', 'max_transfers')) }} as transfers_share,
        {%- for name in shares %}
        case when cells.{{ name }}_known > 0
            then (cells.{{ name }}_tickets + {{ rule('difficulty', 'shrink_tickets') }} * rates.{{ name }}_rate) / (cells.{{ name }}_known + {{ rule('difficulty', 'shrink_tickets') }}) end as {{ name }}_share{{ ',' if not loop.last }}
        {%- endfor %}
    from cells
    inner join rates using (category_key, period_type, period_start_on)
    inner join {{ ref('int_cell_sums') }} as sums using (cell_number)
    where sums.is_scored
)

select * from final
