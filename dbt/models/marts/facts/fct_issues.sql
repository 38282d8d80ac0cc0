with tickets as (
    select tickets.*, issues.finest_category_key, issues.matter_key
    from {{ ref('fct_tickets') }} as tickets
    inner join {{ ref('int_ticket_issues') }} as issues using (ticket_key)
),

final as (
    select
        issue_key,
        -- the finest category that the source gives
        min(finest_category_key) as category_l3_key,
        min(matter_key) as matter_key,
        min_by(place_key, created_at) as place_key,
        min_by(district_key, created_at) as district_key,
        min(created_on) as first_on,
        max(created_on) as last_on,
        count(*) as reports,
        nullif(count(distinct {{ number_of('person_hash') }}), 0) as persons,
        sum(redo_count) as redo_count,
        avg(lat) as lat,
        avg(lon) as lon,
        max(case when closed_at is null and not is_removed then 1 else 0 end) = 1 as is_open
    from tickets
    group by issue_key
)

select * from final
