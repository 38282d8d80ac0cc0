{% set phrases = code_patterns('set_phrase') %}

-- depends_on: {{ ref('code_rules') }}
-- what a ticket says in its own words, without the names of its places and the phrases that every letter has
with tickets as (
    select
        tickets.ticket_key, district, street, community, estate,
        {% set own_title = "case when lower(title) in (lower(category_l1), lower(category_l2), lower(coalesce(category_l3, category_l2))) then null else title end" -%}
        substring(lower(concat_ws(' ', {{ own_title }}, text)), 1, {{ rule_constant('issue', 'sketch_letters') }}) as words
    from {{ ref('int_tickets__keyed') }} as tickets
    inner join {{ ref('int_ticket_sites') }} as sites using (ticket_key)
    where sites.site_tickets > 1
),

{% set placeless = namespace(text='words') -%}
{% for place in ('estate', 'community', 'street', 'district') -%}
{% set placeless.text = "replace(" ~ placeless.text ~ ", lower(coalesce(" ~ place ~ ", '')), ' ')" -%}
{% endfor -%}
stripped as (
    select ticket_key, {{ replace_all(placeless.text, phrases, "' '") }} as words
    from tickets
    where words <> ''
),

spelled as (
    select ticket_key, words, {{ chinese_characters('words') }} as characters from stripped
),

sketched as (
    select ticket_key, {{ shingle_sketch('words', 'characters', rule_constant('issue', 'sketch_shingles')) }} as sketch from spelled
),

final as (
    select ticket_key, sketch from sketched where sketch is not null
)

select * from final
