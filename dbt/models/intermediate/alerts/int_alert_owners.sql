with alerts as (
    select
        alerts.alert_id, alerts.raised_on, categories.category_l1, categories.category_l2, areas.district, areas.street
    from {{ source('sense', 'alerts') }} as alerts
    left join {{ ref('dim_category') }} as categories using (category_key)
    left join {{ ref('dim_area') }} as areas using (area_key)
),

-- the most specific row of the duty list that was valid on the day the alert was raised
listed as (
    select alerts.alert_id, max(duties.duty_number) as duty_number
    from alerts
    inner join {{ ref('stg_reference__duties') }} as duties
        on alerts.raised_on between duties.valid_from and duties.valid_to
        and (duties.category_l1 is null or duties.category_l1 = alerts.category_l1)
        and (duties.category_l2 is null or duties.category_l2 = alerts.category_l2)
        and (duties.district is null or duties.district = alerts.district)
        and (duties.street is null or duties.street = alerts.street)
    group by alerts.alert_id
),

-- without a duty list: the unit that handled most of the alert's tickets, without a legal basis
usual as (
    select alert_tickets.alert_id, {{ most_frequent('tickets.unit') }} as unit
    from {{ source('sense', 'alert_tickets') }} as alert_tickets
    inner join {{ ref('fct_tickets') }} as tickets using (ticket_key)
    where tickets.unit is not null
    group by alert_tickets.alert_id
),

final as (
    select
        alerts.alert_id,
        coalesce(duties.sector_unit, duties.territory_unit, usual.unit) as owner,
        duties.sector_unit, duties.territory_unit, duties.legal_basis
    from alerts
    left join listed using (alert_id)
    left join {{ ref('stg_reference__duties') }} as duties using (duty_number)
    left join usual using (alert_id)
)

select * from final
