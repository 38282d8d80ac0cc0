with numbered as (
    select
        period_type, period_start_on, period_end_on,
        row_number() over (partition by period_type order by period_start_on desc) as position
    from (select distinct period_type, period_start_on, period_end_on from {{ ref('int_calendar_periods') }}) as periods
    where period_start_on <= {{ as_of_on() }}
),

final as (
    select period_type, period_start_on, period_end_on, period_end_on <= {{ as_of_on() }} as is_complete
    from numbered
    where position <= case period_type
        when 'month' then {{ rule('local_statistics', 'months') }} else {{ rule('local_statistics', 'weeks') }}
    end
)

select * from final
