-- the last 13 weeks, and the 104 before them
with tickets as (
    select
        tickets.district_key, tickets.street_key, tickets.category_l1_key, tickets.category_l2_key,
        tickets.created_on > span.last_on - cast({{ rule('silence', 'weeks') }} * 7 as integer) * interval '1' day as is_recent,
        coalesce(channels.is_official, false) as is_official, coalesce(channels.is_phone, false) as is_phone, coalesce(channels.is_online, false) as is_online
    from {{ ref('fct_tickets') }} as tickets
    cross join {{ ref('int_spine_span') }} as span
    left join {{ ref('int_silence_channels') }} as channels using (channel)
    where tickets.is_demand and tickets.category_l1_key is not null and tickets.district_key is not null
        and tickets.created_on > span.last_on - cast(({{ rule('silence', 'weeks') }} + {{ rule('silence', 'history_weeks') }}) * 7 as integer) * interval '1' day
),

counted as (
    select
        district_key, street_key, category_l1_key, category_l2_key,
        grouping(street_key) as is_district, grouping(category_l2_key) as is_l1,
        sum(case when is_recent and not is_official then 1 else 0 end) as reports_13w,
        sum(case when not is_recent and not is_official then 1 else 0 end) as earlier_reports,
        sum(case when is_recent and is_official then 1 else 0 end) as official_reports_13w,
        sum(case when is_recent and not is_official and is_phone then 1 else 0 end) as phone_reports_13w,
        sum(case when is_recent and not is_official and not is_phone and is_online then 1 else 0 end) as online_reports_13w
    from tickets
    group by grouping sets (
        (district_key, category_l1_key), (district_key, category_l1_key, category_l2_key),
        (district_key, street_key, category_l1_key), (district_key, street_key, category_l1_key, category_l2_key)
    )
),

final as (
    select
        case when is_district = 1 then 'district' else 'street' end as area_level,
        case when is_district = 1 then district_key else street_key end as area_key,
        2 - is_l1 as category_level,
        case when is_l1 = 1 then category_l1_key else category_l2_key end as category_key,
        reports_13w, earlier_reports, official_reports_13w, phone_reports_13w, online_reports_13w
    from counted
    where (is_district = 1 or street_key is not null) and (is_l1 = 1 or category_l2_key is not null)
)

select * from final
