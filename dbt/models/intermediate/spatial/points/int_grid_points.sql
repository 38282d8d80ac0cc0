{{ config(materialized='view') }}

with reported as (
    select lat, lon from {{ ref('fct_tickets') }}
    where is_demand and lat is not null and lon is not null
        and created_on > {{ as_of_on() }} - cast({{ rule('spatial', 'history_days') }} as integer) * interval '1' day
),

-- where people are listed to live, silence is a zero
listed as (
    select lat, lon from {{ ref('stg_reference__areas') }} where estate is not null and lat between -90 and 90 and lon between -180 and 180
),

final as (
    select {{ e4('lat') }} as lat_e4, {{ e4('lon') }} as lon_e4 from reported
    union
    select {{ e4('lat') }}, {{ e4('lon') }} from listed
)

select * from final
