{% set cell = 'kpi_code, period_type, period_start_on, area_key, category_key, unit' %}
{% set dims = 'district_key, street_key, category_l1_key, category_l2_key, unit' %}
{% set fine = rule_constant('wait_step', 'fine_minutes') %}
{% set coarse = rule_constant('wait_step', 'coarse_minutes') %}

with tickets as (
    select * from {{ ref('fct_tickets') }} where is_demand and not is_removed
),

-- how long it took to close, and to hand over: from receipt to dispatch, where the time of day is known
waits as (
    select 'median_close_hours' as kpi_code, closed_on as ended_on, {{ dims }}, elapsed_hours as hours
    from tickets where closed_on is not null and elapsed_hours is not null
    union all
    select 'median_dispatch_hours', {{ local_day('dispatched_at') }}, {{ dims }}, {{ hours_between('coalesce(received_at, created_at)', 'dispatched_at') }}
    from tickets where dispatched_at is not null and (received_at is not null or not coalesce(is_date_only, false))
),

-- in steps of a minute, long waits in steps of a quarter of an hour (rule wait_step): few different values, exact ranks
stepped as (
    select
        waits.*, periods.period_type, periods.period_start_on,
        case
            when hours < {{ rule_constant('wait_step', 'coarse_from_hours') }} then round(greatest(hours, 0) * 60 / {{ fine }}) * {{ fine }}
            else round(hours * 60 / {{ coarse }}) * {{ coarse }}
        end as minutes
    from waits
    inner join {{ ref('int_calendar_periods') }} as calendar on calendar.date_on = waits.ended_on
    inner join {{ ref('int_kpi_periods') }} as periods using (period_type, period_start_on)
    where periods.is_counted
),

counted as (
    select kpi_code, period_type, period_start_on, {{ kpi_cell_columns() }}, minutes, count(*) as waits
    from stepped
    group by {{ kpi_grouping_sets(['kpi_code', 'period_type', 'period_start_on', 'minutes']) }}
),

ranked as (
    select
        *,
        sum(waits) over (partition by {{ cell }} order by minutes rows unbounded preceding) as last_rank,
        sum(waits) over (partition by {{ cell }}) as total
    from counted
    where area_key is not null and category_key is not null and (is_unit_cell = 0 or unit is not null)
),

-- 95 % interval by order statistics (Conover 1999): the rank below which the median falls in one of forty samples, and its mirror
final as (
    select
        {{ cell }}, max(total) as denominator,
        (min(case when last_rank >= floor((total + 1) / 2.0) then minutes end) + min(case when last_rank >= floor(total / 2.0) + 1 then minutes end)) / 120.0 as median_hours,
        min(case when {{ median_rank('total') }} >= 1 and last_rank >= {{ median_rank('total') }} then minutes end) / 60.0 as lower_hours,
        min(case when {{ median_rank('total') }} >= 1 and last_rank >= total + 1 - {{ median_rank('total') }} then minutes end) / 60.0 as upper_hours
    from ranked
    group by {{ cell }}
)

select * from final
