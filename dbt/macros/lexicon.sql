{# The lexicon as regular expressions: what counts, what a scope takes out of it, and the words that made it. #}

{# A pattern as an engine reads it: `<class>` stands for the words of a class (seed lexicon_classes), `~` for whatever lies between within one clause. #}
{% macro lexicon_pattern(pattern, language, classes) -%}
  {%- set read = namespace(pattern=pattern | replace('~', {'zh': '[^，。；！？,.;!?]*', 'en': '[^.,;!?]*'}[language])) -%}
  {%- if '<' in pattern -%}
    {%- for row in classes if row[0] == language -%}{%- set read.pattern = read.pattern | replace('<' ~ row[1] ~ '>', '(?:' ~ row[2] ~ ')') -%}{%- endfor -%}
  {%- endif -%}
  {{ return(read.pattern) }}
{%- endmacro %}

{# Appends the classes of words to `classes`: language, name, words as one alternation, whether a scope must find them by themselves. #}
{% macro add_lexicon_classes(classes) -%}
  {%- for row in run_query("select language, word_class, pattern, is_core from " ~ ref('lexicon_classes') ~ " order by language, word_class").rows -%}{%- do classes.append(row) -%}{%- endfor -%}
{%- endmacro %}

{# Appends the patterns of a kind (and value, and language) as alternations that an engine reads in one go: plain words to `words`, by two hundred; patterns of
   classes to `composed`, by ten; patterns with counted gaps to `gapped`, by five (one automaton of them all outgrows the engine's memory and crawls), and to
   `needs` the words of which a gapped one needs one. #}
{% macro add_lexicon_parts(words, composed, gapped, needs, kind, value=none, language=none) -%}
  {%- set classes = [] -%}
  {{- add_lexicon_classes(classes) -}}
  {%- set found = run_query(
    "select pattern, needs, language from " ~ ref('lexicon') ~ " where term_kind = '" ~ kind ~ "'" ~ (" and term_value = " ~ value if value is not none else "")
    ~ (" and language = '" ~ language ~ "'" if language else "") ~ " order by pattern") -%}
  {%- set plain, slots, counted = [], [], [] -%}
  {%- for row in found.rows -%}
    {%- if row[1] -%}{%- do counted.append(row[0]) -%}{%- if row[1] not in needs -%}{%- do needs.append(row[1]) -%}{%- endif -%}
    {%- elif '~' in row[0] or '<' in row[0] -%}{%- do slots.append(lexicon_pattern(row[0], row[2], classes)) -%}
    {%- else -%}{%- do plain.append(row[0]) -%}{%- endif -%}
  {%- endfor -%}
  {%- for part in plain | batch(200) -%}{%- do words.append(part | join('|')) -%}{%- endfor -%}
  {%- for part in slots | batch(10) -%}{%- do composed.append(part | join('|')) -%}{%- endfor -%}
  {%- for part in counted | batch(5) -%}{%- do gapped.append(part | join('|')) -%}{%- endfor -%}
{%- endmacro %}

{# Texts to read as English: two words of it stand there, or nothing Chinese does. #}
{% macro english() %}{{ return('[a-z]{2,}[ ,.-]+[a-z]{2,}|^[^一-鿿]+$') }}{% endmacro %}

{# Whether a text holds a pattern of a kind (and value), by language.  English is looked for in English only: engines crawl through
   Chinese letters with patterns that ask for the bounds of Latin words. #}
{% macro lexicon_said(kind, text, value=none) -%}
  {%- set tests = [] -%}
  {%- for language, sign in [('en', english()), ('zh', '[一-鿿]')] -%}
    {%- set words, composed, gapped, needs = [], [], [], [] -%}
    {{- add_lexicon_parts(words, composed, gapped, needs, kind, value, language) -}}
    {%- set said = [] -%}
    {%- for part in words + composed -%}{%- do said.append(matches(text, text_literal(part))) -%}{%- endfor -%}
    {%- if gapped -%}
      {%- set gaps = [] -%}
      {%- for part in gapped -%}{%- do gaps.append(matches(text, text_literal(part))) -%}{%- endfor -%}
      {%- do said.append('(' ~ matches(text, text_literal(needs | join('|'))) ~ ' and (' ~ (gaps | join(' or ')) ~ '))') -%}
    {%- endif -%}
    {%- if said -%}{%- do tests.append('(' ~ matches(text, "'" ~ sign ~ "'") ~ ' and (' ~ (said | join(' or ')) ~ '))') -%}{%- endif -%}
  {%- endfor -%}
  ({{ tests | join(' or ') }})
{%- endmacro %}

{# Appends to `parts` what scopes take out of a kind in one language: harmless phrases, and terms with a denial or hypothesis before or a settlement after them.
   Beside its patterns a kind's terms are the core words of its classes: without these a pattern of classes no longer matches. #}
{% macro add_lexicon_scopes(parts, said, kind, language) -%}
  {%- set words, composed, gapped, classes, cores = [], [], [], [], [] -%}
  {{- add_lexicon_parts(words, composed, gapped, [], kind, none, language) -}}
  {{- add_lexicon_classes(classes) -}}
  {%- set named = run_query("select string_agg(pattern, ' ') from " ~ ref('lexicon') ~ " where term_kind = '" ~ kind ~ "'").rows[0][0] -%}
  {%- for row in classes if row[3] and row[0] == language and '<' ~ row[1] ~ '>' in named -%}{%- do cores.append(row[2]) -%}{%- endfor -%}
  {%- set terms = '(?:' ~ (words + composed + gapped + cores) | join('|') ~ ')' -%}
  {%- set found = run_query(
    "select scope_position, pattern from " ~ ref('lexicon_scopes') ~ " where term_kind = '" ~ kind ~ "' and language = '" ~ language ~ "' order by scope_position desc, pattern") -%}
  {%- for position, rows in found.rows | groupby(0) | reverse -%}
    {%- set scope = '(?:' ~ (rows | map(attribute=1) | join('|')) ~ ')' -%}
    {%- do parts.append({'phrase': scope, 'before': scope ~ terms, 'after': terms ~ scope}[position]) -%}
    {%- do said.append(scope) -%}
  {%- endfor -%}
{%- endmacro %}

{# What of `text` counts for a kind: stretches that a scope takes out (denied, hypothetical, harmless) are gone. Empty when no pattern occurs, null when the text is null.
   Said comes first and as it stands: engines leave off at the first hit of a condition, not within a `not`.  As in lexicon_said, no English for Chinese letters. #}
{% macro counted_words(kind, text) -%}
  {%- if execute -%}
    {%- set zh, zh_said, en, en_said = [], [], [], [] -%}
    {{- add_lexicon_scopes(zh, zh_said, kind, 'zh') -}}
    {{- add_lexicon_scopes(en, en_said, kind, 'en') -}}
    case
      when {{ lexicon_said(kind, text) }} then
        case
          {%- if zh %}
          when not {{ matches(text, text_literal(english())) }} then
            case when {{ matches(text, text_literal(zh_said | join('|'))) }} then {{ replace_all(text, text_literal(zh | join('|')), "' . '") }} else {{ text }} end
          {%- endif %}
          {%- if zh or en %}
          when {{ matches(text, text_literal((zh_said + en_said) | join('|'))) }} then {{ replace_all(text, text_literal((zh + en) | join('|')), "' . '") }}
          {%- endif %}
          when true then {{ text }}
        end
      when {{ text }} is not null then ''
    end
  {%- else -%}
    cast(null as varchar)
  {%- endif -%}
{%- endmacro %}

{# What stands at the end of the words of a kind that a person added: no pattern finds anything in it. #}
{% macro added_sign() %}{{ return('⟦+⟧') }}{% endmacro %}

{# counted_words as people corrected them (`corrections` of int_word_corrections): nothing where the kind was found wrong, with a sign where it was missing. #}
{% macro corrected_words(kind, text, corrections) -%}
  case
    when {{ corrections }} like '%-{{ kind }}%' and {{ text }} is not null then ''
    else {{ counted_words(kind, text) }} || case when {{ corrections }} like '%+{{ kind }}%' then '{{ added_sign() }}' else '' end
  end
{%- endmacro %}

{# The highest value whose lexicon patterns occur in `words` (see corrected_words); what a person added counts as the rules `added_level` say; 0 when there is nothing,
   null when it is null. #}
{% macro lexicon_value(kind, words) -%}
  {%- if execute -%}
    {%- set found = run_query("select distinct term_value from " ~ ref('lexicon') ~ " where term_kind = '" ~ kind ~ "' order by term_value desc") -%}
    case
      when {{ words }} is null then null
      when {{ words }} = '' then 0.0
      {%- for value in found.columns[0].values() %}
      when {{ lexicon_said(kind, words, value) }} then cast({{ value }} as double)
      {%- endfor %}
      when {{ words }} like '%{{ added_sign() }}' then cast({{ rule_constant('added_level', kind) | trim }} as double)
      else 0.0
    end
  {%- else -%}
    cast(null as double)
  {%- endif -%}
{%- endmacro %}

{# Emotion by its own words; at least agitated where there is a threat, or where two signs of vexation of different kinds meet: reproach, indignation, and waiting
   in vain or repeated attempts. #}
{% macro emotion_value(words, threat_words, reproach_words, indignation_words, waiting_words, repeat_words) -%}
  case when {{ words }} is not null then greatest(
    {{ lexicon_value('emotion', words) }}, {{ lexicon_value('threat', threat_words) }} * {{ rule('intensity', 'threat_emotion') }},
    case when cast({{ reproach_words }} <> '' as integer) + cast({{ indignation_words }} <> '' as integer) + cast({{ waiting_words }} <> '' or {{ repeat_words }} <> '' as integer) >= 2
      and cast({{ lexicon_value('reproach', reproach_words) }} > 0 as integer) + cast({{ lexicon_value('indignation', indignation_words) }} > 0 as integer)
        + cast({{ lexicon_value('waiting', waiting_words) }} > 0 or {{ lexicon_value('repeat', repeat_words) }} > 0 as integer) >= 2
    then {{ rule('intensity', 'vexed_emotion') }} else 0.0 end
  ) end
{%- endmacro %}

{# The words that made the value, as evidence: 'kind: word、word', 'analyst' where a person added it; null when there are none. #}
{% macro lexicon_hits(kind, text) -%}
  {%- if execute -%}
    {%- set words, composed, gapped = [], [], [] -%}
    {{- add_lexicon_parts(words, composed, gapped, [], kind) -}}
    {%- set found = found_in(text, words + composed + gapped) -%}
    case
      when {{ text }} like '%{{ added_sign() }}' then '{{ kind }}: ' || concat_ws('、', nullif({{ found }}, ''), 'analyst')
      when {{ text }} <> '' then '{{ kind }}: ' || nullif({{ found }}, '')
    end
  {%- else -%}
    cast(null as varchar)
  {%- endif -%}
{%- endmacro %}
