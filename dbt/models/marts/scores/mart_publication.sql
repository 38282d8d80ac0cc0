with tickets as (
    select min(created_on) as first_on, max(created_on) as last_on, count(*) as tickets from {{ ref('fct_tickets') }}
),

rules as (
    select {{ joined('version', "'.'") }} as rules_version
    from (
        select version from {{ ref('rules') }} union select version from {{ ref('lexicon') }} union select version from {{ ref('code_rules') }}
    ) as versions
),

final as (
    select
        {{ as_of_on() }} as as_of_on,
        cast({{ text_or_null(var('built_at')) }} as timestamp) as built_at,
        {{ text_literal(var('run_id')) }} as run_id,
        {{ text_literal(var('data_version')) }} as data_version,
        rules.rules_version,
        {{ text_or_null(var('basis_version')) }} as basis_version,
        {{ text_literal(var('city_name')) }} as city_name,
        {{ text_literal(var('city_name_en')) }} as city_name_en,
        {{ var('is_synthetic') | lower }} as is_synthetic,
        {{ text_or_null(var('note')) }} as note,
        {{ text_or_null(var('note_en')) }} as note_en,
        {{ text_literal(var('language')) }} as language,
        {{ text_literal(var('timezone')) }} as timezone,
        tickets.first_on, tickets.last_on, tickets.tickets
    from tickets
    cross join rules
)

select * from final
