{# One number of the seed `rules`, as a scalar subquery, so that lineage and version stay visible. #}
{% macro rule(name, key) %}(select r.rule_value from {{ ref('rules') }} as r where r.rule_name = '{{ name }}' and r.rule_key = '{{ key }}'){% endmacro %}

{# Appends the patterns of a kind (and value, and language) as alternations that an engine reads in one go: plain words to `words`, by two hundred, patterns with
   gaps to `gapped`, by five (one automaton of them all outgrows the engine's memory and crawls), and to `needs` the words of which a gapped one needs one. #}
{% macro add_lexicon_parts(words, gapped, needs, kind, value=none, language=none) -%}
  {%- set found = run_query(
    "select pattern, needs from " ~ ref('lexicon') ~ " where term_kind = '" ~ kind ~ "'" ~ (" and term_value = " ~ value if value is not none else "")
    ~ (" and language = '" ~ language ~ "'" if language else "") ~ " order by pattern") -%}
  {%- for part in found.rows | rejectattr(1) | map(attribute=0) | batch(200) -%}{%- do words.append(part | join('|')) -%}{%- endfor -%}
  {%- for part in found.rows | selectattr(1) | map(attribute=0) | batch(5) -%}{%- do gapped.append(part | join('|')) -%}{%- endfor -%}
  {%- for need in found.rows | selectattr(1) | map(attribute=1) | unique -%}{%- do needs.append(need) -%}{%- endfor -%}
{%- endmacro %}

{# Whether a text holds a pattern of a kind (and value), by language. #}
{% macro lexicon_said(kind, text, value=none) -%}
  {%- set tests = [] -%}
  {%- for language, sign in [('en', '[a-z]{2}'), ('zh', '[一-鿿]')] -%}
    {%- set words, gapped, needs = [], [], [] -%}
    {{- add_lexicon_parts(words, gapped, needs, kind, value, language) -}}
    {%- set said = [] -%}
    {%- for part in words -%}{%- do said.append(matches(text, text_literal(part))) -%}{%- endfor -%}
    {%- if gapped -%}
      {%- set gaps = [] -%}
      {%- for part in gapped -%}{%- do gaps.append(matches(text, text_literal(part))) -%}{%- endfor -%}
      {%- do said.append('(' ~ matches(text, text_literal(needs | join('|'))) ~ ' and (' ~ (gaps | join(' or ')) ~ '))') -%}
    {%- endif -%}
    {%- if said -%}{%- do tests.append('(' ~ matches(text, "'" ~ sign ~ "'") ~ ' and (' ~ (said | join(' or ')) ~ '))') -%}{%- endif -%}
  {%- endfor -%}
  ({{ tests | join(' or ') }})
{%- endmacro %}

{# What of `text` counts for a kind: stretches that a scope takes out (denied, hypothetical, harmless) are gone. Empty when no pattern occurs, null when the text is null. #}
{% macro counted_words(kind, text) -%}
  {%- set scopes = ref('lexicon_scopes') -%}
  {%- if execute -%}
    {%- set found = run_query("select scope_position, pattern from " ~ scopes ~ " where term_kind = '" ~ kind ~ "' order by scope_position desc, pattern") -%}
    {%- set words, gapped, parts = [], [], [] -%}
    {{- add_lexicon_parts(words, gapped, [], kind) -}}
    {%- set terms = '(?:' ~ (words + gapped) | join('|') ~ ')' -%}
    {%- for position, rows in found.rows | groupby(0) | reverse -%}
      {%- set scope = '(?:' ~ (rows | map(attribute=1) | join('|')) ~ ')' -%}
      {%- do parts.append({'phrase': scope, 'before': scope ~ terms, 'after': terms ~ scope}[position]) -%}
    {%- endfor -%}
    case
      when {{ text }} is null then null
      when not {{ lexicon_said(kind, text) }} then ''
      {%- if parts %}
      when {{ matches(text, text_literal(found.columns[1].values() | join('|'))) }} then {{ replace_all(text, text_literal(parts | join('|')), "' . '") }}
      {%- endif %}
      else {{ text }}
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
{% macro lexicon_hits(kind, text) -%}
  {%- if execute -%}
    {%- set words, gapped = [], [] -%}
    {{- add_lexicon_parts(words, gapped, [], kind) -}}
    case when {{ text }} <> '' then '{{ kind }}: ' || nullif({{ found_in(text, words + gapped) }}, '') end
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
