with tickets as (
    select min(created_on) as data_first_on from {{ ref('fct_tickets') }} where is_demand
),

final as (
    select
        data_first_on,
        greatest(data_first_on, cast({{ dbt.dateadd('day', -var('spine_days'), as_of_on()) }} as date)) as first_on,
        {{ as_of_on() }} as last_on
    from tickets
)

select * from final
