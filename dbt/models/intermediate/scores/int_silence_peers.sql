with listed as (
    select * from {{ ref('stg_reference__areas') }} where built_year is not null and district is not null
),

houses as (
    select district as area_key, built_year from listed
    union all
    select {{ street_key('district', 'street') }}, built_year from listed where street is not null
),

aged as (
    select area_key, {{ quantile('built_year', 0.5) }} as median_built_year from houses group by area_key
),

areas as (
    select
        areas.area_key, areas.area_level, areas.population, aged.median_built_year,
        case when aged.median_built_year < {{ rule('silence', 'old_built_year') }} then 'old' when aged.median_built_year is not null then 'new' end as housing
    from {{ ref('dim_area') }} as areas
    left join aged using (area_key)
    where areas.area_level in ('district', 'street')
),

-- peers have houses of the same age, where enough areas do; else all areas of the level are peers
final as (
    select
        area_key, area_level, population, median_built_year,
        case
            when housing is not null and count(population) over (partition by area_level, housing) >= {{ rule('silence', 'min_peers') }} then housing
            else '*'
        end as peer_group
    from areas
)

select * from final
