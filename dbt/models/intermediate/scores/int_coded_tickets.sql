{% set areas = ['district', 'street', 'community', 'estate'] %}
{% set categories = ['category_l1', 'category_l2', 'category_l3'] %}

with tickets as (
    select * from {{ ref('fct_tickets') }}
    where is_demand and category_l1_key is not null
        and created_on >= (select min(cohort_start_on) from {{ ref('int_scored_periods') }})
),

-- names become numbers once: all that is counted by cell reads these narrow rows
final as (
    select
        tickets.ticket_key, tickets.created_at, tickets.created_on, tickets.closed_at, tickets.limit_hours, tickets.elapsed_hours,
        tickets.intensity_score, tickets.open_intensity_score, tickets.lat, tickets.lon,
        {{ number_of('tickets.person_hash') }} as person_number, {{ number_of('tickets.channel') }} as channel_number,
        tickets.is_removed, tickets.is_joint, tickets.is_solved, tickets.transfer_count, tickets.redo_count,
        coalesce(tickets.is_extended, false) or coalesce(tickets.is_suspended, false) as is_extended,
        coalesce(tickets.is_lawfully_ended, false) as is_lawfully_ended,
        recurrences.ticket_key is not null as is_watched_for_recurrence, recurrences.recurred_on,
        city.area_code as city_code
        {%- for name in areas %}, {{ name }}.area_code as {{ name }}_code{% endfor %}
        {%- for name in categories %}, {{ name }}.category_code as {{ name }}_code{% endfor %}
    from tickets
    inner join {{ ref('int_area_codes') }} as city on city.area_level = 'city'
    {%- for name in areas %}
    left join {{ ref('int_area_codes') }} as {{ name }} on {{ name }}.area_key = tickets.{{ name }}_key
    {%- endfor %}
    {%- for name in categories %}
    left join {{ ref('int_category_codes') }} as {{ name }} on {{ name }}.category_key = tickets.{{ name }}_key
    {%- endfor %}
    left join {{ ref('int_ticket_recurrences') }} as recurrences using (ticket_key)
)

select * from final
