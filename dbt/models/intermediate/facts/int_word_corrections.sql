with standing as (
    {{ standing_acts(ref('stg_acts__word_reviews'), 'text_hash, term_kind', 'verdict', 'text_hash, term_kind, verdict') }}
),

judged as (
    select text_hash, term_kind, max_by(verdict, position) as verdict
    from standing
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
