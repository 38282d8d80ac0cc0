with tickets as (
    select
        tickets.district_key as area_key, tickets.category_l2_key as category_key,
        -- an open ticket counts as not yet closed, however long it takes
        case when tickets.closed_at is null then 1e9 else tickets.elapsed_hours / 24 end as close_days
    from {{ ref('fct_tickets') }} as tickets
    cross join {{ ref('int_spine_span') }} as span
    where tickets.is_demand and not tickets.is_removed and tickets.category_l2_key is not null
        and tickets.created_on between span.last_on - interval '365' day and span.last_on - interval '28' day
),

volumes as (
    select category_key, percent_rank() over (order by count(*)) as volume_rank
    from tickets
    group by category_key
),

medians as (
    select
        tickets.area_key,
        {{ quantile('case when volumes.volume_rank < 0.5 then tickets.close_days end', 0.5) }} as routine_days,
        {{ quantile('case when volumes.volume_rank >= 0.9 then tickets.close_days end', 0.5) }} as hot_days
    from tickets
    inner join volumes using (category_key)
    where tickets.area_key is not null
    group by tickets.area_key
),

-- null where the median is not reached: more than half of the tickets are open
final as (
    select area_key, case when routine_days < 1e8 and hot_days < 1e8 then round(routine_days - hot_days, 4) end as routine_gap_days
    from medians
)

select * from final
