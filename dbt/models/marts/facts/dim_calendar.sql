with days as (
    select date_on
    from {{ days(
        "(select min(created_on) - interval '31' day from " ~ ref('int_tickets__keyed') ~ ")",
        "cast(" ~ as_of_on() ~ " + interval '62' day as timestamp)"
    ) }} as series
),

listed as (
    select
        date_on,
        min(case when kind = 'holiday' then event_name end) as holiday_name,
        max(case when kind = 'makeup' then 1 else 0 end) as is_makeup
    from {{ ref('stg_reference__calendar') }}
    where district is null
    group by date_on
),

final as (
    select
        days.date_on,
        {{ iso_week('days.date_on') }} as iso_week,
        cast({{ dbt.date_trunc('week', 'days.date_on') }} as date) as week_start_on,
        {{ year_month('days.date_on') }} as month,
        cast({{ dbt.date_trunc('month', 'days.date_on') }} as date) as month_start_on,
        coalesce(listed.is_makeup, 0) = 1
        or (extract(isodow from days.date_on) < 6 and listed.holiday_name is null) as is_workday,
        listed.holiday_name,
        {{ local_day_end_at('days.date_on') }} as ends_at
    from days
    left join listed using (date_on)
)

select * from final
