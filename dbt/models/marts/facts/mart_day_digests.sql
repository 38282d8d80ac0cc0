{% set answers = ['is_solved', 'is_contacted', 'is_followed_up', 'satisfaction', 'rating_speed', 'rating_effect', 'rating_attitude', 'rating_feedback',
    'redo_count', 'return_count', 'transfer_count', 'is_extended', 'is_suspended', 'is_lawfully_ended'] %}
{% set outcome = (answers + ['intensity_score']) | join(', ') %}

with tickets as (
    select * from {{ ref('fct_tickets') }}
),

-- what a ticket tells when it is made; an open one's outcome has no day of its own
made as (
    select
        created_on as date_on,
        {{ number_of_row('ticket_key, created_at, received_at, due_at, due_on, limit_hours, is_date_only, channel, is_demand, is_removed, category_l1_key, category_l2_key, category_l3_key, '
            ~ 'district_key, street_key, community_key, estate_key, place_key, lat, lon, unit, is_joint, person_hash, urgency_level, open_intensity_score, issue_key, '
            ~ 'is_life_safety, has_sensitive_words') }}
        + case when closed_at is null and not ({{ answers | join(' is null and ') }} is null) then {{ number_of_row('ticket_key, ' ~ outcome) }} else 0 end as row_number
    from tickets
),

ended as (
    select closed_on as date_on, {{ number_of_row('ticket_key, closed_at, elapsed_hours, ' ~ outcome) }} as row_number from tickets where closed_at is not null
),

-- a source's clocks and columns count from the first ticket that has them: they tell of all days
told as (
    select date '1900-01-01' as date_on, {{ number_of_row('source, dispatch_first_on, contact_first_on, has_co_units, data_first_on') }} as row_number
    from (
        select
            source, min(case when dispatched_at is not null then created_on end) as dispatch_first_on,
            min(case when contacted_at is not null then created_on end) as contact_first_on, count(co_units) > 0 as has_co_units,
            min(created_on) as data_first_on
        from tickets
        group by source
    ) as sources
),

events as (
    select * from made
    union all
    select * from ended
    union all
    select {{ local_day('dispatched_at') }}, {{ number_of_row('ticket_key, dispatched_at') }} from tickets where dispatched_at is not null
    union all
    select {{ local_day('contacted_at') }}, {{ number_of_row('ticket_key, contacted_at') }} from tickets where contacted_at is not null
    union all
    select * from told
),

final as (
    select date_on, count(*) as events, sum(row_number) as digest
    from events
    group by date_on
)

select * from final
