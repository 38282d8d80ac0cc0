{# One number of the seed `rules`, as a scalar subquery, so that lineage and version stay visible. #}
{% macro rule(name, key) %}(select r.rule_value from {{ ref('rules') }} as r where r.rule_name = '{{ name }}' and r.rule_key = '{{ key }}'){% endmacro %}

{# All lexicon patterns of a kind (and of one value) as one alternation, without quotes. #}
{% macro lexicon_patterns(kind, value=none) -%}
  {%- set found = run_query(
    "select pattern from " ~ ref('lexicon') ~ " where term_kind = '" ~ kind ~ "'" ~ (" and term_value = " ~ value if value is not none else "") ~ " order by pattern") -%}
  {{- return(found.columns[0].values() | join('|')) -}}
{%- endmacro %}

{# Whether a text holds a pattern of a kind (and value).  In parts of forty and by language: one automaton of them all outgrows the engine's memory and crawls. #}
{% macro lexicon_said(kind, text, value=none) -%}
  {%- set found = run_query(
    "select language, pattern from " ~ ref('lexicon') ~ " where term_kind = '" ~ kind ~ "'" ~ (" and term_value = " ~ value if value is not none else "") ~ " order by language, pattern") -%}
  {%- set tests = [] -%}
  {%- for language, rows in found.rows | groupby(0) -%}
    {%- set parts = [] -%}
    {%- for part in rows | map(attribute=1) | batch(40) -%}{%- do parts.append(matches(text, text_literal(part | join('|')))) -%}{%- endfor -%}
    {%- do tests.append('(' ~ matches(text, "'[a-z]{2}'" if language == 'en' else "'[一-鿿]'") ~ ' and (' ~ (parts | join(' or ')) ~ '))') -%}
  {%- endfor -%}
  ({{ tests | join(' or ') }})
{%- endmacro %}

{# What of `text` counts for a kind: stretches that a scope takes out (denied, hypothetical, harmless) are gone. Empty when no pattern occurs, null when the text is null. #}
{% macro counted_words(kind, text) -%}
  {%- set scopes = ref('lexicon_scopes') -%}
  {%- if execute -%}
    {%- set terms = lexicon_patterns(kind) -%}
    {%- set found = run_query("select scope_position, pattern from " ~ scopes ~ " where term_kind = '" ~ kind ~ "' order by scope_position desc, pattern") -%}
    {%- set parts = [] -%}
    {%- for position, rows in found.rows | groupby(0) | reverse -%}
      {%- set alternatives = '(?:' ~ (rows | map(attribute=1) | join('|')) ~ ')' -%}
      {%- do parts.append({'phrase': alternatives, 'before': alternatives ~ '(?:' ~ terms ~ ')', 'after': '(?:' ~ terms ~ ')' ~ alternatives}[position]) -%}
    {%- endfor -%}
    case
      when {{ text }} is null then null
      when not {{ lexicon_said(kind, text) }} then ''
      else {{ replace_all(text, text_literal(parts | join('|')), "' . '") if parts else text }}
    end
  {%- else -%}
    cast(null as varchar)
  {%- endif -%}
{%- endmacro %}

{# The highest value whose lexicon patterns occur in `words` (see counted_words), 0 when none does, null when it is null. #}
{% macro lexicon_value(kind, words) -%}
  {%- if execute -%}
    {%- set found = run_query("select distinct term_value from " ~ ref('lexicon') ~ " where term_kind = '" ~ kind ~ "' order by term_value desc") -%}
    case
      when {{ words }} is null then null
      when {{ words }} = '' then 0.0
      {%- for value in found.columns[0].values() %}
      when {{ lexicon_said(kind, words, value) }} then cast({{ value }} as double)
      {%- endfor %}
      else 0.0
    end
  {%- else -%}
    cast(null as double)
  {%- endif -%}
{%- endmacro %}

{# Emotion by its own words, and at least agitated where there is a threat. #}
{% macro emotion_value(words, threat_words) -%}
  greatest({{ lexicon_value('emotion', words) }}, {{ lexicon_value('threat', threat_words) }} * {{ rule('intensity', 'threat_emotion') }})
{%- endmacro %}

{# The words that made the value, as evidence: 'kind: word、word'; null when there are none. #}
{% macro lexicon_hits(kind, words) -%}
  {%- if execute -%}
    case when {{ words }} <> '' then '{{ kind }}: ' || nullif({{ found_in(words, text_literal(lexicon_patterns(kind))) }}, '') end
  {%- else -%}
    cast(null as varchar)
  {%- endif -%}
{%- endmacro %}

{# Level 1 to 4 of a score by the thresholds of a row `t` of int_dated_rules; null stays null. #}
{% macro level(t, score) -%}
  case when {{ score }} >= {{ t }}.level_4 then 4 when {{ score }} >= {{ t }}.level_3 then 3 when {{ score }} >= {{ t }}.level_2 then 2 when {{ score }} is not null then 1 end
{%- endmacro %}

{# Grade 1 to 4 by the thresholds of a row `t` of int_dated_rules; null stays null. #}
{% macro grade(t, rule_name, x) -%}
  case
    when {{ x }} is null then null
    when {{ x }} >= {{ t }}.{{ rule_name }}_4 then 4
    when {{ x }} >= {{ t }}.{{ rule_name }}_3 then 3
    when {{ x }} >= {{ t }}.{{ rule_name }}_2 then 2
    else 1
  end
{%- endmacro %}

{# The same number written into the SQL, where an engine wants a constant (window frames, quantiles). #}
{% macro rule_constant(name, key) -%}
  {%- set rules = ref('rules') -%}
  {%- if execute -%}
    {%- set found = run_query("select cast(rule_value as string) from " ~ rules ~ " where rule_name = '" ~ name ~ "' and rule_key = '" ~ key ~ "'") -%}
    {{ (found.columns[0][0] | float) if (found.columns[0][0] | float) % 1 else (found.columns[0][0] | float | int) }}
  {%- else -%}
    0
  {%- endif -%}
{%- endmacro %}

{# All patterns of a code domain (and meaning) as one constant regular expression; engines compile it once. #}
{% macro code_patterns(domain, meaning=none) -%}
  {%- set codes = ref('code_rules') -%}
  {%- if execute -%}
    {%- set found = run_query(
      "select pattern from " ~ codes ~ " where code_domain = '" ~ domain ~ "'" ~ (" and meaning = '" ~ meaning ~ "'" if meaning else "") ~ " order by pattern") -%}
    {{ text_literal(found.columns[0].values() | join('|')) }}
  {%- else -%}
    ''
  {%- endif -%}
{%- endmacro %}
