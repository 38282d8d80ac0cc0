{# Everything that only one engine knows; each has a default for Spark and one for DuckDB. #}

{% macro matches(text, pattern) %}{{ return(adapter.dispatch('matches', 'weisu')(text, pattern)) }}{% endmacro %}
{% macro default__matches(text, pattern) %}({{ text }} rlike {{ pattern }}){% endmacro %}
{% macro duckdb__matches(text, pattern) %}regexp_matches({{ text }}, {{ pattern }}){% endmacro %}

{# Hours from one instant to another, with fractions. #}
{% macro hours_between(first_at, last_at) %}{{ return(adapter.dispatch('hours_between', 'weisu')(first_at, last_at)) }}{% endmacro %}
{% macro default__hours_between(first_at, last_at) %}((unix_timestamp({{ last_at }}) - unix_timestamp({{ first_at }})) / 3600.0){% endmacro %}
{% macro duckdb__hours_between(first_at, last_at) %}((epoch({{ last_at }}) - epoch({{ first_at }})) / 3600.0){% endmacro %}

{# The p-quantile of x, interpolated. #}
{% macro quantile(x, p) %}{{ return(adapter.dispatch('quantile', 'weisu')(x, p)) }}{% endmacro %}
{% macro default__quantile(x, p) %}percentile({{ x }}, {{ p }}){% endmacro %}
{% macro duckdb__quantile(x, p) %}quantile_cont({{ x }}, {{ p }}){% endmacro %}

{# A relation with one column `date_on`: every day from first to last, both scalar queries. #}
{% macro days(first_on, last_on) %}{{ return(adapter.dispatch('days', 'weisu')(first_on, last_on)) }}{% endmacro %}
{% macro default__days(first_on, last_on) %}(select explode(sequence({{ first_on }}, {{ last_on }}, interval 1 day)) as date_on){% endmacro %}
{% macro duckdb__days(first_on, last_on) %}(select cast(unnest(generate_series({{ first_on }}, {{ last_on }}, interval 1 day)) as date) as date_on){% endmacro %}

{# '2015-W13' of a day. #}
{% macro iso_week(day) %}{{ return(adapter.dispatch('iso_week', 'weisu')(day)) }}{% endmacro %}
{% macro default__iso_week(day) %}concat(extract(yearofweek from {{ day }}), '-W', lpad(cast(extract(week from {{ day }}) as string), 2, '0')){% endmacro %}
{% macro duckdb__iso_week(day) %}strftime({{ day }}, '%G-W%V'){% endmacro %}

{# '2015-03' of a day. #}
{% macro year_month(day) %}{{ return(adapter.dispatch('year_month', 'weisu')(day)) }}{% endmacro %}
{% macro default__year_month(day) %}date_format({{ day }}, 'yyyy-MM'){% endmacro %}
{% macro duckdb__year_month(day) %}strftime({{ day }}, '%Y-%m'){% endmacro %}

{# Days since 1970-01-01, for window frames that count days. #}
{% macro day_number(day) %}{{ return(adapter.dispatch('day_number', 'weisu')(day)) }}{% endmacro %}
{% macro default__day_number(day) %}datediff({{ day }}, date '1970-01-01'){% endmacro %}
{% macro duckdb__day_number(day) %}date_diff('day', date '1970-01-01', {{ day }}){% endmacro %}

{# The most frequent value. #}
{% macro most_frequent(x) %}{{ return(adapter.dispatch('most_frequent', 'weisu')(x)) }}{% endmacro %}
{% macro default__most_frequent(x) %}mode({{ x }}){% endmacro %}
{% macro duckdb__most_frequent(x) %}mode({{ x }} order by {{ x }}){% endmacro %}

{# All values of a group in their own order as one text, `separator` (a text literal) between them. #}
{% macro joined(x, separator) %}{{ return(adapter.dispatch('joined', 'weisu')(x, separator)) }}{% endmacro %}
{% macro default__joined(x, separator) %}array_join(array_sort(collect_list({{ x }})), {{ separator }}){% endmacro %}
{% macro duckdb__joined(x, separator) %}string_agg({{ x }}, {{ separator }} order by {{ x }}){% endmacro %}

{# One row per element of an array, in a select list. #}
{% macro explode(array) %}{{ return(adapter.dispatch('explode', 'weisu')(array)) }}{% endmacro %}
{% macro default__explode(array) %}explode({{ array }}){% endmacro %}
{% macro duckdb__explode(array) %}unnest({{ array }}){% endmacro %}

{# Monday 1 to Sunday 7 of a day. #}
{% macro iso_weekday(day) %}{{ return(adapter.dispatch('iso_weekday', 'weisu')(day)) }}{% endmacro %}
{% macro default__iso_weekday(day) %}(weekday({{ day }}) + 1){% endmacro %}
{% macro duckdb__iso_weekday(day) %}isodow({{ day }}){% endmacro %}

{# Every match of `pattern` in `text` replaced. #}
{% macro replace_all(text, pattern, by) %}{{ return(adapter.dispatch('replace_all', 'weisu')(text, pattern, by)) }}{% endmacro %}
{% macro default__replace_all(text, pattern, by) %}regexp_replace({{ text }}, {{ pattern }}, {{ by }}){% endmacro %}
{% macro duckdb__replace_all(text, pattern, by) %}regexp_replace({{ text }}, {{ pattern }}, {{ by }}, 'g'){% endmacro %}

{# The Chinese characters of a text, without what lies between them. #}
{% macro chinese_characters(text) %}{{ replace_all(text, "'[^一-鿿]+'", "''") }}{% endmacro %}

{# The `size` least hashes of the different shingles of a text (pairs of `characters`, its Chinese ones, and words of three Latin letters or more): two texts share
   one of them the more likely the more of their shingles they share (bottom-k sketch; Broder 1997). Null when there are none. Hashes differ between engines.
   Both must be columns: an expression would be computed once per pair. #}
{% macro shingle_sketch(text, characters, size) %}{{ return(adapter.dispatch('shingle_sketch', 'weisu')(text, characters, size)) }}{% endmacro %}
{% macro default__shingle_sketch(text, characters, size) -%}
  nullif(slice(array_sort(array_distinct(concat(
      transform(filter(transform(sequence(1, greatest(length({{ characters }}), 1)), i -> substring({{ characters }}, i, 2)), s -> length(s) = 2), s -> xxhash64(s)),
      transform(regexp_extract_all({{ text }}, '([a-z]{3,})', 1), s -> xxhash64(s))
  ))), 1, {{ size }}), cast(array() as array<bigint>))
{%- endmacro %}
{% macro duckdb__shingle_sketch(text, characters, size) -%}
  nullif(array_slice(list_sort(list_distinct(list_concat(
      list_transform(range(1, greatest(length({{ characters }}), 1)), lambda i: cast(hash(substring({{ characters }}, i, 2)) >> 33 as integer)),
      list_transform(regexp_extract_all({{ text }}, '[a-z]{3,}'), lambda s: cast(hash(s) >> 33 as integer))
  ))), 1, {{ size }}), [])
{%- endmacro %}

{# A 64-bit number of a text, to count and group by; two texts share one with a chance of n^2 / 2^65. Never shown, never kept between builds. #}
{% macro number_of(text) %}{{ return(adapter.dispatch('number_of', 'weisu')(text)) }}{% endmacro %}
{% macro default__number_of(text) %}case when {{ text }} is not null then xxhash64({{ text }}) end{% endmacro %}
{% macro duckdb__number_of(text) %}case when {{ text }} is not null then hash({{ text }}) end{% endmacro %}

{# A number that stands for the values of several columns, null or not; it differs between engines. #}
{% macro number_of_row(columns) %}{{ return(adapter.dispatch('number_of_row', 'weisu')(columns)) }}{% endmacro %}
{% macro default__number_of_row(columns) %}cast(xxhash64({{ columns }}) as decimal(38, 0)){% endmacro %}
{% macro duckdb__number_of_row(columns) %}cast(hash({{ columns }}) as hugeint){% endmacro %}

{# Every different match of some patterns in `text`, sorted and joined by 、. #}
{% macro found_in(text, patterns) %}{{ return(adapter.dispatch('found_in', 'weisu')(text, patterns)) }}{% endmacro %}
{% macro default__found_in(text, patterns) -%}
  array_join(array_sort(array_distinct(flatten(array({% for pattern in patterns %}regexp_extract_all({{ text }}, {{ text_literal(pattern) }}, 0){{ ', ' if not loop.last }}{% endfor %})))), '、')
{%- endmacro %}
{% macro duckdb__found_in(text, patterns) -%}
  array_to_string(list_sort(list_distinct(flatten([{% for pattern in patterns %}regexp_extract_all({{ text }}, {{ text_literal(pattern) }}){{ ', ' if not loop.last }}{% endfor %}]))), '、')
{%- endmacro %}
