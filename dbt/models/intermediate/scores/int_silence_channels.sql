-- depends_on: {{ ref('code_rules') }}
with channels as (
    select distinct channel from {{ ref('fct_tickets') }} where channel is not null
),

final as (
    select
        channel,
        {{ matches('lower(channel)', code_patterns('channel', 'official')) }} as is_official,
        {{ matches('lower(channel)', code_patterns('channel', 'phone')) }} as is_phone,
        {{ matches('lower(channel)', code_patterns('channel', 'online')) }} as is_online
    from channels
)

select * from final
