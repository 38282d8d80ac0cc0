"""What the lexicon counted in tickets, and what people said of it: hits by text and kind, their precision, labels for the next lexicon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from dashboards.queries.feedback import with_precision
from dashboards.queries.marts import Marts
from weisu.access import EVERYTHING
from weisu.word_reviews import GRAVE, KINDS, WordReview

Word = tuple[str, str]  # text_hash, term_kind
STEP = 500  # rows of one question; more where many of the first were judged
ADDED = "analyst"  # as evidence: no word of the text, a person

HAS_WORDS = "select count(*) > 0 as has_words from duckdb_columns() where schema_name = 'marts' and table_name = 'mart_ticket_words' and column_name = 'text_hash'"
# 'kind: word、word; kind: word' as rows
HITS = """
select ticket_key, text_hash, split_part(hit, ': ', 1) as term_kind, substr(hit, strpos(hit, ': ') + 2) as words
from (select ticket_key, text_hash, unnest(string_split(term_hits, '; ')) as hit from marts.mart_ticket_words where term_hits is not null)
where term_kind in (select unnest(?::text[]))
"""
COUNTED = f"""
select term_kind, count(distinct text_hash) as texts, count(*) as tickets from ({HITS}) group by all
"""
COMMON = f"""
select word, count(*) as tickets from (select unnest(string_split(words, '、')) as word from ({HITS})) group by all order by 2 desc, 1 limit 40
"""
TOLD = "t.ticket_id, t.created_on, replace(coalesce(t.street_key, t.district_key), '/', ' / ') as area, t.title, t.text"
# one row per text and kind, by its newest ticket: danger to life first, those behind the named alerts before the others
LISTED = f"""
with hits as ({HITS}),
behind as (select distinct ticket_key from marts.mart_alert_tickets where alert_id in (select unnest(?::text[]))),
placed as (
    select h.*, list_position({list(KINDS)}, term_kind) as rank, t.created_at, b.ticket_key is not null as is_behind
    from hits h join marts.fct_tickets t using (ticket_key) left join behind b using (ticket_key)
    where ? in ('*', t.district_key, t.street_key) and (not ? or is_behind)
        and (? = '*' or list_contains(string_split(words, '、'), ?))
),
texts as (
    select text_hash, term_kind, rank, max_by(ticket_key, created_at) as ticket_key, max(created_at) as last_at,
        any_value(words) as words, bool_or(is_behind) as is_behind
    from placed group by text_hash, term_kind, rank
),
first as (
    select *, (select count(*) from texts) as all_texts, (select count(*) from texts where rank <= {len(GRAVE)}) as grave_texts from texts
    order by rank > {len(GRAVE)}, is_behind desc, rank, last_at desc, text_hash limit ?
),
copies as (select text_hash, count(*) as tickets from marts.mart_ticket_words where text_hash in (select text_hash from first) group by all)
select w.text_hash, w.term_kind, w.words, c.tickets, w.is_behind, w.all_texts, w.grave_texts, ticket_key, {TOLD}
from first w join copies c using (text_hash) join marts.fct_tickets t using (ticket_key)
order by rank > {len(GRAVE)}, is_behind desc, rank, last_at desc, text_hash
"""
# a text that people judged, by its newest ticket
OF_TEXTS = f"""
with newest as (
    select w.text_hash, max_by(w.ticket_key, t.created_at) as ticket_key, max_by(w.term_hits, t.created_at) as term_hits, count(*) as tickets
    from marts.mart_ticket_words w join marts.fct_tickets t using (ticket_key)
    where w.text_hash in (select unnest(?::text[])) group by all
)
select n.*, {TOLD} from newest n join marts.fct_tickets t using (ticket_key)
"""
OF_TICKET = f"""
select w.ticket_key, w.text_hash, w.term_hits, w.has_text, {TOLD}
from marts.mart_ticket_words w join marts.fct_tickets t using (ticket_key) where t.ticket_id = ? or t.ticket_key = ?
"""


def has_words(marts: Marts) -> bool:
    """Whether the publication tells texts apart by a fingerprint; one of an earlier release does not."""
    return marts.frame(HAS_WORDS)["has_words"][0]


def hits_of(term_hits: str | None) -> dict[str, str]:
    """Kind -> words, of one ticket; ADDED among the words: a person added the kind."""
    parts = (part.split(": ", 1) for part in (term_hits or "").split("; "))
    return {part[0]: part[1] for part in parts if part[0] in KINDS and len(part) == 2}


def common_words(marts: Marts, kind: str) -> list[str]:
    """The most frequent words of a kind, at most 40."""
    return marts.frame(COMMON, [kind])["word"].to_list()


def listed(
    marts: Marts,
    *,
    kind: str,
    word: str,
    area: str,
    alerts: Sequence[str],
    is_behind: bool,
    left_out: Mapping[Word, WordReview],
) -> pl.DataFrame:
    """Hits by text and kind, the most consequential first, at least STEP of them where there are so many.

    Args:
        kind, word, area: "*" for all.
        alerts: alert_ids; the hits of their tickets come first, or alone (`is_behind`).
        left_out: what was judged already.

    Returns:
        text_hash, term_kind, words, tickets (with this text), is_behind, all_texts, grave_texts (hits in all, judged or not, and those of
        danger to life), ticket_key (the newest of them), ticket_id, created_on, area, title, text.
    """
    most = STEP * (2 + len(left_out) // STEP)
    kinds = list(KINDS) if kind == "*" else [kind]
    rows = marts.frame(LISTED, kinds, list(alerts), area, is_behind, word, word, most)
    judged = pl.DataFrame(list(left_out), schema={"text_hash": pl.String, "term_kind": pl.String}, orient="row")
    return rows.join(judged, on=["text_hash", "term_kind"], how="anti", maintain_order="left")


def judged(marts: Marts, reviews: Mapping[Word, WordReview]) -> pl.DataFrame:
    """What was judged, newest first: labels for the next lexicon, one row per text and kind.

    Returns:
        text_hash, term_kind, verdict, is_meant (whether the text means the kind), note, actor, reviewed_at (UTC), ticket_key, and of the newest ticket
        with the text (null: it is not in the publication any more) words, tickets, ticket_id, created_on, area, title, text (masked).
    """
    names = ("text_hash", "term_kind", "verdict", "note", "actor", "reviewed_at")
    told = {name: [getattr(review, name) for review in reviews.values()] for name in names}
    kinds = {name: pl.Datetime("us") if name == "reviewed_at" else pl.String for name in names}
    rows = pl.DataFrame(told, schema=kinds).with_columns(is_meant=pl.col("verdict") != "wrong")
    texts = marts.frame(OF_TEXTS, sorted({text for text, _ in reviews}))
    # of texts that this sight does not show, what was said of them is not shown either
    how = "left" if marts.sight == EVERYTHING else "inner"
    found = rows.join(texts, on="text_hash", how=how).sort("reviewed_at", "text_hash", descending=True)
    words = [hits_of(hits).get(kind) for kind, hits in found.select("term_kind", "term_hits").iter_rows()]
    return found.drop("term_hits").with_columns(words=pl.Series(words, dtype=pl.String))


def of_ticket(marts: Marts, ticket: str) -> dict | None:
    """A ticket by id or key: ticket_key, text_hash, term_hits, has_text, ticket_id, created_on, area, title, text; None: no such ticket."""
    rows = marts.frame(OF_TICKET, ticket, ticket)
    return rows.row(0, named=True) if rows.height else None


def precision(marts: Marts, reviews: Mapping[Word, WordReview]) -> pl.DataFrame:
    """Per kind, the most consequential first: texts and tickets with hits, how many were checked, right, wrong and missing, and the precision
    (right of those checked) with its 95 % Wilson interval, null where none was checked."""
    hits = marts.frame(COUNTED, list(KINDS))
    verdicts = [(review.term_kind, review.verdict) for review in reviews.values()]
    counts = [(kind, *(verdicts.count((kind, verdict)) for verdict in ("right", "wrong", "missing"))) for kind in KINDS]
    schema = {"term_kind": pl.String, "right": pl.Int64, "wrong": pl.Int64, "missing": pl.Int64}
    rows = pl.DataFrame(counts, schema=schema, orient="row").join(
        hits, on="term_kind", how="left", maintain_order="left"
    )
    filled = rows.with_columns(pl.col("texts", "tickets").fill_null(0), checked=pl.col("right") + pl.col("wrong"))
    return with_precision(filled, "right", "wrong")
