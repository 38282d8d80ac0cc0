with days as (
    select date_on
    from {{ days(
        "(select min(created_on) - interval '31' day from " ~ ref('int_tickets__keyed') ~ ")",
        "cast(" ~ as_of_on() ~ " + interval '62' day as timestamp)"
    ) }} as series
),

-- the city's own list goes before the built-in one
known as (
    select date_on, kind, event_name, 1 as priority from {{ ref('stg_reference__calendar') }} where district is null
    {%- for day, name in var('holidays') %}
    union all select cast('{{ day }}' as date), {{ "'holiday', " ~ text_literal(name) if name else "'makeup', null" }}, 2
    {%- endfor %}
),

listed as (
    select
        date_on,
        min_by(event_name, case when kind = 'holiday' then priority end) as holiday_name,
        min_by(event_name, case when kind not in ('holiday', 'makeup') then event_name end) as event_name,
        max(case when kind = 'makeup' then 1 else 0 end) as is_makeup
    from known
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
        or ({{ iso_weekday('days.date_on') }} < 6 and listed.holiday_name is null) as is_workday,
        listed.holiday_name,
        listed.event_name,
        {{ local_day_end_at('days.date_on') }} as ends_at
    from days
    left join listed using (date_on)
)

select * from final
