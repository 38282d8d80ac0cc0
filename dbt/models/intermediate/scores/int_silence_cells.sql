with reports as (
    select * from {{ ref('int_silence_reports') }}
),

categories as (
    select distinct category_key, category_level from reports
),

-- an area that never reported a category is as silent as can be: every area meets every category
pairs as (
    select peers.*, categories.category_key, categories.category_level
    from {{ ref('int_silence_peers') }} as peers
    cross join categories
),

counted as (
    select
        pairs.*, coalesce(reports.reports_13w, 0) as reports_13w, coalesce(reports.earlier_reports, 0) as earlier_reports,
        coalesce(reports.official_reports_13w, 0) as official_reports_13w,
        coalesce(reports.phone_reports_13w, 0) as phone_reports_13w, coalesce(reports.online_reports_13w, 0) as online_reports_13w
    from pairs
    left join reports using (area_key, category_key)
),

-- what the others of the level gave: those with people, of the same peer group and of all; and all with or without people
compared as (
    select
        *,
        population > 0 as has_people,
        sum(case when population > 0 then reports_13w end) over peers_of_group as group_reports, sum(case when population > 0 then population end) over peers_of_group as group_people,
        sum(case when population > 0 then reports_13w end) over level_of_area as level_reports, sum(case when population > 0 then population end) over level_of_area as level_people,
        sum(reports_13w) over level_of_area as all_reports, sum(earlier_reports) over level_of_area as all_earlier_reports,
        sum(phone_reports_13w) over level_of_area as usual_phone, sum(online_reports_13w) over level_of_area as usual_online,
        median(official_reports_13w) over level_of_area as usual_official_reports_13w
    from counted
    window level_of_area as (partition by category_key, area_level), peers_of_group as (partition by category_key, area_level, peer_group)
),

-- the area itself is not among its peers; without people, its own earlier part of the others' reports
expected as (
    select
        *,
        case
            when has_people and peer_group <> '*' then {{ share('(group_reports - reports_13w) * population', 'group_people - population') }}
            when has_people then {{ share('(level_reports - reports_13w) * population', 'level_people - population') }}
        end as by_people,
        {{ share('(all_reports - reports_13w) * earlier_reports', 'all_earlier_reports - earlier_reports') }} as by_history
    from compared
),

final as (
    select
        area_key, area_level, category_key, category_level, reports_13w, coalesce(by_people, by_history) as expected_13w,
        by_people is not null as is_population_based, case when by_people is not null then peer_group end as peer_group,
        official_reports_13w, usual_official_reports_13w,
        {{ share('phone_reports_13w', 'phone_reports_13w + online_reports_13w') }} as phone_share_13w,
        {{ share('usual_phone', 'usual_phone + usual_online') }} as usual_phone_share_13w,
        {{ rule('silence', 'alpha') }} as alpha
    from expected
    where coalesce(by_people, by_history) is not null and (by_people > 0 or reports_13w > 0 or earlier_reports > 0 or official_reports_13w > 0)
)

select * from final
