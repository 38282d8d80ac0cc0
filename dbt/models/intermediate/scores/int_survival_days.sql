{% set cell = 'cell_number' %}

-- months of city, district and street, judged at the month's end; tickets without a limit, too
with tickets as (
    select
        {{ cell_number('cells.area_code', 'cells.category_code', 'periods.period_code') }} as cell_number, cells.area_code, cells.category_code, periods.period_code,
        -- whole hours, rounded up: a month's curve has few steps, whatever the number of tickets
        cast(ceil({{ hours_between('cells.created_at', 'least(cells.closed_at, periods.judged_at)') }}) as integer) as hours,
        coalesce(cells.closed_at < periods.judged_at, false) as is_closed
    from {{ ref('int_ticket_cells') }} as cells
    inner join {{ ref('int_scored_periods') }} as periods
        on periods.period_type = 'month' and periods.is_shown and cells.created_on between periods.period_start_on and periods.judged_on
    where not cells.is_fine
        and not (cells.is_removed and (cells.closed_at is null or cells.closed_at < periods.judged_at))
        and not (cells.is_lawfully_ended and coalesce(cells.closed_at < periods.judged_at, false))
        and (cells.closed_at is null or cells.elapsed_hours is not null)
),

steps as (
    select cell_number, area_code, category_code, period_code, hours, count(*) as leaving, sum(case when is_closed then 1 else 0 end) as closures
    from tickets
    group by cell_number, area_code, category_code, period_code, hours
),

watched as (
    select
        *,
        {{ at_risk('leaving', cell, 'hours') }} as at_risk,
        sum(leaving) over (partition by {{ cell }}) as tickets,
        sum(closures) over (partition by {{ cell }}) as all_closures
    from steps
),

curve as (
    select *, {{ still_open('closures', 'at_risk', cell, 'hours') }} as still_open
    from watched
    where tickets >= {{ rule('difficulty', 'min_tickets') }} and all_closures >= {{ rule('difficulty', 'min_closures') }}
),

-- the first hour at which at most half are open; 1e-9 for the rounding of logarithms
medians as (
    select
        area_code, category_code, period_code, cast(max(tickets) as bigint) as tickets, cast(max(all_closures) as bigint) as closures,
        min(case when still_open <= 0.5 + 1e-9 then hours end) / 24.0 as median_days, max(hours) / 24.0 as longest_days
    from curve
    group by area_code, category_code, period_code
),

-- a median that is not reached is longer than the longest watch
final as (
    select
        areas.area_key, categories.category_key, periods.period_start_on,
        medians.tickets, medians.closures, medians.median_days, case when medians.median_days is null then medians.longest_days end as over_days
    from medians
    inner join {{ ref('int_area_codes') }} as areas using (area_code)
    inner join {{ ref('int_category_codes') }} as categories using (category_code)
    inner join {{ ref('int_scored_periods') }} as periods using (period_code)
)

select * from final
