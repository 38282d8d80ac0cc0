with source as (
    select * from {{ source('acts', 'resolutions') }}
),

final as (
    select
        resolution_id, position, status as resolution_status, period, report, text, nullif(owner, '') as owner, due_on,
        nullif(outcome, '') as outcome, alert_id, issue_key, area_key, category_key, actor, recorded_at
    from source
    {%- if var('acts_until') %}
    where recorded_at <= {{ acts_until() }}
    {%- endif %}
)

select * from final
