with sketched as (
    select * from {{ source('sense', 'similar_terms') }}
),

final as (
    select term, case_no, weight, is_settled from sketched
)

-- in order, so that a reader finds the cases of a term without reading all
select * from final order by term, case_no
