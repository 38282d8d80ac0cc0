with reviews as (
    select *, case when verdict = 'undo' then -1 else 1 end as step
    from {{ ref('stg_acts__word_reviews') }}
),

-- judgements are a stack: an undo takes back the last one that still stands
balanced as (
    select *, sum(step) over (partition by text_hash, term_kind order by position rows unbounded preceding) as balance
    from reviews
),

standing as (
    select
        text_hash, term_kind, verdict, position,
        coalesce(min(balance) over (partition by text_hash, term_kind order by position rows between 1 following and unbounded following), balance) >= balance as is_standing
    from balanced
),

judged as (
    select text_hash, term_kind, max_by(verdict, position) as verdict
    from standing
    where is_standing and verdict <> 'undo'
    group by text_hash, term_kind
),

-- what was found right changes nothing
final as (
    select text_hash, {{ joined("case when verdict = 'wrong' then '-' else '+' end || term_kind", "' '") }} as corrections
    from judged
    where verdict in ('wrong', 'missing')
    group by text_hash
)

select * from final
