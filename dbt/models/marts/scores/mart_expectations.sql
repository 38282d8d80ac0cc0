with final as (
    select
        area_key, category_key, period_type, period_start_on, observed, expected, dispersion, mid_p, history_weeks, is_low_confidence, alpha
    from {{ source('sense', 'cell_expectations') }}
)

select * from final
