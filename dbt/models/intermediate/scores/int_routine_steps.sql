-- every ticket of the last year, open ones watched up to as-of; how long it took is not known where the end is said to lie before the start
with tickets as (
    select
        tickets.district_key, tickets.street_key, tickets.category_l2_key as category_key,
        -- whole hours, rounded up: the curve of a year has at most 8,784 steps, whatever the number of tickets
        cast(ceil(tickets.elapsed_hours) as integer) as hours, tickets.closed_at is not null as is_closed
    from {{ ref('fct_tickets') }} as tickets
    cross join {{ ref('int_spine_span') }} as span
    where tickets.is_demand and not tickets.is_removed and not coalesce(tickets.is_lawfully_ended, false)
        and tickets.category_l2_key is not null and tickets.elapsed_hours is not null
        and tickets.created_on > span.last_on - cast({{ rule('routine', 'days') }} as integer) * interval '1' day
),

volumes as (
    select category_key, percent_rank() over (order by count(*)) as volume_rank
    from tickets
    group by category_key
),

grouped as (
    select
        tickets.*, volumes.volume_rank < {{ rule('routine', 'low_volume_share') }} as is_routine
    from tickets
    inner join volumes using (category_key)
    where volumes.volume_rank < {{ rule('routine', 'low_volume_share') }} or volumes.volume_rank >= 1 - {{ rule('routine', 'high_volume_share') }}
),

counted as (
    select
        district_key, street_key, grouping(district_key) as is_city, grouping(street_key) as is_above_street, hours,
        {%- for name, condition in [('routine', 'is_routine'), ('hot', 'not is_routine')] %}
        sum(case when {{ condition }} then 1 else 0 end) as {{ name }}_leaving,
        sum(case when {{ condition }} and is_closed then 1 else 0 end) as {{ name }}_closures{{ ',' if not loop.last }}
        {%- endfor %}
    from grouped
    group by grouping sets ((hours), (district_key, hours), (district_key, street_key, hours))
),

final as (
    select
        case when is_city = 1 then '*' when is_above_street = 1 then district_key else street_key end as area_key,
        case when is_city = 1 then 'city' when is_above_street = 1 then 'district' else 'street' end as area_level,
        hours, routine_leaving, routine_closures, hot_leaving, hot_closures
    from counted
)

select * from final where area_key is not null
