-- the scan of any day of the window that shares most of its reports with the cluster, and how rare it holds them for
with scanned as (
    select as_of_on, cluster_id as scan_cluster_id, category_key, p_value, recurrence_days, relative_risk, {{ explode('ticket_keys') }} as ticket_key
    from {{ source('sense', 'clusters') }}
),

sized as (
    select scanned.*, count(*) over (partition by scan_cluster_id) as scan_reports from scanned
),

shared as (
    select
        tickets.component, sized.scan_cluster_id, sized.as_of_on, sized.p_value, sized.recurrence_days, sized.relative_risk,
        count(*) as shared_reports, least(max(shapes.reports), max(sized.scan_reports)) as smaller_reports
    from {{ ref('int_cluster_tickets') }} as tickets
    inner join {{ ref('int_cluster_shapes') }} as shapes using (component)
    inner join {{ ref('int_cluster_windows') }} as windows using (judged_on)
    inner join sized
        on sized.ticket_key = tickets.ticket_key and sized.category_key = tickets.category_key
        and sized.as_of_on between windows.window_start_on and windows.judged_on
    group by tickets.component, sized.scan_cluster_id, sized.as_of_on, sized.p_value, sized.recurrence_days, sized.relative_risk
),

ranked as (
    select
        shared.*, {{ share('shared_reports', 'smaller_reports') }} as shared_share,
        row_number() over (partition by component order by p_value, recurrence_days desc, shared_reports desc, scan_cluster_id) as position
    from shared
    where shared_reports >= {{ rule('spatial_cluster', 'scan_overlap_share') }} * smaller_reports
),

final as (
    select component, scan_cluster_id, as_of_on as scan_as_of_on, p_value, recurrence_days, relative_risk, shared_share from ranked where position = 1
)

select * from final
