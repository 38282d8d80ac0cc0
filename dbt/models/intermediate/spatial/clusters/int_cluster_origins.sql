-- where a cluster came from when it is not simply the one before: the one it split from, those that ended in it
with links as (
    select
        links.component, links.place_among_earlier, links.place_among_later, links.is_continued,
        earlier.cluster_id as earlier_cluster_id
    from {{ ref('int_cluster_overlaps') }} as links
    inner join {{ ref('int_cluster_identities') }} as earlier on earlier.component = links.earlier_component
),

final as (
    select
        component,
        max(case when is_continued then 1 else 0 end) = 1 as is_continued,
        case when max(case when is_continued then 1 else 0 end) = 0 then max(case when place_among_earlier = 1 then earlier_cluster_id end) end as split_from_cluster_id,
        {{ joined("case when place_among_later = 1 and not is_continued then earlier_cluster_id end", "','") }} as merged_cluster_ids
    from links
    group by component
)

select * from final
