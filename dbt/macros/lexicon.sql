{# The lexicon as regular expressions: what counts, what a scope takes out of it, and the words that made it. #}

{# A pattern as an engine reads it: `<class>` stands for the words of a class (seed lexicon_classes), `~` for whatever lies between within one clause. #}
{% macro lexicon_pattern(pattern, language, classes) -%}
  {%- set read = namespace(pattern=pattern | replace('~', {'zh': '[^，。；！？,.;!?]*', 'en': '[^.,;!?]*'}[language])) -%}
  {%- if '<' in pattern -%}
    {%- for row in classes if row[0] == language -%}{%- set read.pattern = read.pattern | replace('<' ~ row[1] ~ '>', '(?:' ~ row[2] ~ ')') -%}{%- endfor -%}
  {%- endif -%}
  {{ return(read.pattern) }}
{%- endmacro %}

{# Fills `lexicon` as every macro below is given it, once per model: of each kind the rows of its patterns (as written, words of which it needs one, language, value,
   as an engine reads it) and of its scopes (position, pattern, language), and the classes (language, name, words as one alternation, whether a scope must find them
   by themselves). #}
{% macro add_lexicon(lexicon) -%}
  {%- do lexicon.update({'patterns': {}, 'scopes': {}, 'classes': []}) -%}
  {%- for row in run_query("select language, word_class, pattern, is_core from " ~ ref('lexicon_classes') ~ " order by language, word_class").rows -%}
    {%- do lexicon.classes.append(row | list) -%}
  {%- endfor -%}
  {%- for row in run_query("select term_kind, pattern, needs, language, term_value from " ~ ref('lexicon') ~ " order by pattern, language, term_value").rows -%}
    {%- set read = lexicon_pattern(row[1], row[3], lexicon.classes) if '~' in row[1] or '<' in row[1] else row[1] -%}
    {%- do lexicon.patterns.setdefault(row[0], []).append((row | list)[1:] + [read]) -%}
  {%- endfor -%}
  {%- for row in run_query("select term_kind, scope_position, pattern, language from " ~ ref('lexicon_scopes') ~ " order by scope_position desc, pattern").rows -%}
    {%- do lexicon.scopes.setdefault(row[0], []).append((row | list)[1:]) -%}
  {%- endfor -%}
{%- endmacro %}

{# Appends the patterns of a kind (and value, and language) as alternations that an engine reads in one go: plain words to `words`, by two hundred; patterns of
   classes to `composed`, by ten; patterns with counted gaps to `gapped`, by five (one automaton of them all outgrows the engine's memory and crawls), and to
   `needs` the words of which a gapped one needs one. #}
{% macro add_lexicon_parts(words, composed, gapped, needs, lexicon, kind, value=none, language=none) -%}
  {%- set plain, slots, counted = [], [], [] -%}
  {%- for row in lexicon.patterns[kind] if (value is none or row[3] == value) and (language is none or row[2] == language) -%}
    {%- if row[1] -%}{%- do counted.append(row[0]) -%}{%- if row[1] not in needs -%}{%- do needs.append(row[1]) -%}{%- endif -%}
    {%- elif '~' in row[0] or '<' in row[0] -%}{%- do slots.append(row[4]) -%}
    {%- else -%}{%- do plain.append(row[4]) -%}{%- endif -%}
  {%- endfor -%}
  {%- for part in plain | batch(200) -%}{%- do words.append(part | join('|')) -%}{%- endfor -%}
  {%- for part in slots | batch(10) -%}{%- do composed.append(part | join('|')) -%}{%- endfor -%}
  {%- for part in counted | batch(5) -%}{%- do gapped.append(part | join('|')) -%}{%- endfor -%}
{%- endmacro %}

{# Texts to read as English: two words of it stand there, or nothing Chinese does. #}
{% macro english() %}{{ return('[a-z]{2,}[ ,.-]+[a-z]{2,}|^[^一-鿿]+$') }}{% endmacro %}

{# Whether a text holds a pattern of a kind (and value), by language.  English is looked for in English only: engines crawl through
   Chinese letters with patterns that ask for the bounds of Latin words. #}
{% macro lexicon_said(lexicon, kind, text, value=none) -%}
  {%- set tests = [] -%}
  {%- for language, sign in [('en', english()), ('zh', '[一-鿿]')] -%}
    {%- set words, composed, gapped, needs = [], [], [], [] -%}
    {{- add_lexicon_parts(words, composed, gapped, needs, lexicon, kind, value, language) -}}
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
{% macro add_lexicon_scopes(parts, said, lexicon, kind, language) -%}
  {%- set words, composed, gapped, cores = [], [], [], [] -%}
  {{- add_lexicon_parts(words, composed, gapped, [], lexicon, kind, none, language) -}}
  {%- set named = lexicon.patterns[kind] | map('first') | join(' ') -%}
  {%- for row in lexicon.classes if row[3] and row[0] == language and '<' ~ row[1] ~ '>' in named -%}{%- do cores.append(row[2]) -%}{%- endfor -%}
  {%- set terms = '(?:' ~ (words + composed + gapped + cores) | join('|') ~ ')' -%}
  {%- for position, rows in lexicon.scopes.get(kind, []) | selectattr(2, 'equalto', language) | groupby(0) | reverse -%}
    {%- set scope = '(?:' ~ (rows | map(attribute=1) | join('|')) ~ ')' -%}
    {%- do parts.append({'phrase': scope, 'before': scope ~ terms, 'after': terms ~ scope}[position]) -%}
    {%- do said.append(scope) -%}
  {%- endfor -%}
{%- endmacro %}

{# What of `text` counts for a kind: stretches that a scope takes out (denied, hypothetical, harmless) are gone. Empty when no pattern occurs, null when the text is null.
   Said comes first and as it stands: engines leave off at the first hit of a condition, not within a `not`.  As in lexicon_said, no English for Chinese letters. #}
{% macro counted_words(lexicon, kind, text) -%}
  {%- if execute -%}
    {%- set zh, zh_said, en, en_said = [], [], [], [] -%}
    {{- add_lexicon_scopes(zh, zh_said, lexicon, kind, 'zh') -}}
    {{- add_lexicon_scopes(en, en_said, lexicon, kind, 'en') -}}
    case
      when {{ lexicon_said(lexicon, kind, text) }} then
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
{% macro corrected_words(lexicon, kind, text, corrections) -%}
  case
    when {{ corrections }} like '%-{{ kind }}%' and {{ text }} is not null then ''
    else {{ counted_words(lexicon, kind, text) }} || case when {{ corrections }} like '%+{{ kind }}%' then '{{ added_sign() }}' else '' end
  end
{%- endmacro %}

{# The highest value whose lexicon patterns occur in `words` (see corrected_words); what a person added counts as the rules `added_level` say; 0 when there is nothing,
   null when it is null. #}
{% macro lexicon_value(lexicon, kind, words) -%}
  {%- if execute -%}
    case
      when {{ words }} is null then null
      when {{ words }} = '' then 0.0
      {%- for value in lexicon.patterns[kind] | map(attribute=3) | unique | sort(reverse=true) %}
      when {{ lexicon_said(lexicon, kind, words, value) }} then cast({{ value }} as double)
      {%- endfor %}
      when {{ words }} like '%{{ added_sign() }}' then cast({{ rule_constant('added_level', kind) | trim }} as double)
      else 0.0
    end
  {%- else -%}
    cast(null as double)
  {%- endif -%}
{%- endmacro %}

{# Emotion by its own words; at least agitated where there is a threat, or where two signs of vexation of different kinds meet: reproach, indignation, and waiting
   in vain or repeated attempts.  `threat` and `repeat` are columns of their values, the others of words. #}
{% macro emotion_value(lexicon, words, threat, reproach_words, indignation_words, waiting_words, repeat) -%}
  case when {{ words }} is not null then greatest(
    {{ lexicon_value(lexicon, 'emotion', words) }}, {{ threat }} * {{ rule('intensity', 'threat_emotion') }},
    case when cast({{ reproach_words }} <> '' as integer) + cast({{ indignation_words }} <> '' as integer) + cast({{ waiting_words }} <> '' or {{ repeat }} > 0 as integer) >= 2
      and cast({{ lexicon_value(lexicon, 'reproach', reproach_words) }} > 0 as integer) + cast({{ lexicon_value(lexicon, 'indignation', indignation_words) }} > 0 as integer)
        + cast({{ lexicon_value(lexicon, 'waiting', waiting_words) }} > 0 or {{ repeat }} > 0 as integer) >= 2
    then {{ rule('intensity', 'vexed_emotion') }} else 0.0 end
  ) end
{%- endmacro %}

{# The words that made the value, as evidence: 'kind: word、word', 'analyst' where a person added it; null when there are none. #}
{% macro lexicon_hits(lexicon, kind, text) -%}
  {%- if execute -%}
    {%- set words, composed, gapped = [], [], [] -%}
    {{- add_lexicon_parts(words, composed, gapped, [], lexicon, kind) -}}
    {%- set found = found_in(text, words + composed + gapped) -%}
    case
      when {{ text }} like '%{{ added_sign() }}' then '{{ kind }}: ' || concat_ws('、', nullif({{ found }}, ''), 'analyst')
      when {{ text }} <> '' then '{{ kind }}: ' || nullif({{ found }}, '')
    end
  {%- else -%}
    cast(null as varchar)
  {%- endif -%}
{%- endmacro %}
