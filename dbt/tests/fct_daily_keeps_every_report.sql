-- the spine neither loses nor invents a report of the whole city
with spine as (
    select sum(reports) as reports from {{ ref('fct_daily') }} where area_key = '*' and category_level = 1
),

tickets as (
    select count(*) as reports
    from {{ ref('fct_tickets') }}
    cross join {{ ref('int_spine_span') }} as span
    where is_demand and category_l1_key is not null and created_on between span.first_on and span.last_on
)

select spine.reports as spine_reports, tickets.reports as ticket_reports
from spine
cross join tickets
where coalesce(spine.reports, 0) <> tickets.reports
