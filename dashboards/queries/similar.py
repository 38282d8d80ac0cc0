"""Past cases like one or several issues: what was done, by whom, how long, whether it held; and those that are not settled."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from dashboards.queries.marts import Marts

FLOOR = 0.3  # likeness below which nothing is shown
SHOWN = 5
RANKED = 25  # candidates of each kind that are weighed further
MOST_TERMS = 24  # of one question
MOST_ASKED = 30  # issues of one question; an alert may hold thousands
OUTCOMES = ("recurred", "unsatisfied", "satisfied", "solved", "quiet")
FULL = 255 * 255  # weights of two cases whose words are the same
SAME_CATEGORY, IS_ANSWERED = 1.1, 1.1  # how much sooner such a case is listed; the likeness shown stays what it is

HAS_INDEX = "select count(distinct table_name) = 2 as has_index from duckdb_tables() where schema_name = 'marts' and table_name in ('mart_similar_cases', 'mart_similar_terms')"
ISSUES_OF_ALERT = """
select matter_case_key from (
    select coalesce(issue_key, case_key) as matter_case_key, max(created_at) as last_at
    from marts.fct_tickets semi join (select ticket_key from marts.mart_alert_tickets where alert_id = ?) using (ticket_key) group by all
) order by last_at desc, matter_case_key
"""
OF_TICKET = "select distinct coalesce(issue_key, case_key) as matter_case_key from marts.fct_tickets where ticket_id = ? or ticket_key = ?"
# rows are found by a number or a time first: a text is read only where it is wanted
ASKED = """
with found as (
    select terms, weights, category_key from marts.mart_similar_cases
    where rowid in (select rowid from marts.mart_similar_cases where matter_case_key in (select unnest(?::text[])))
),
words as (select unnest(terms) as term, unnest(weights) as weight from found),
added as (select term, sum(weight) as weight from words group by term order by 2 desc, 1 limit ?)
select list(term) as terms, list(255 * weight / sqrt(total)) as weights, (select mode(category_key) from found) as category_key
from (select *, sum(weight * weight) over () as total from added)
"""
SCORED = f"""
with asked as (select unnest(?::integer[]) as term, unnest(?::double[]) as asked_weight),
scored as (
    select case_no, is_settled, least(sum(weight * asked_weight) / {FULL}, 1) as likeness
    from marts.mart_similar_terms join asked using (term) group by case_no, is_settled having likeness >= {FLOOR}
)
select case_no, likeness from scored
qualify row_number() over (partition by is_settled order by likeness desc, case_no desc) <= {RANKED}
"""
CASES = """
select * exclude (terms, weights) from marts.mart_similar_cases
where rowid in (select rowid from marts.mart_similar_cases where case_no in (select unnest(?::integer[])))
"""
TOLD = """
select ticket_key, ticket_id, created_on, closed_on, title, text, reply, unit, replace(place_key, '/', ' / ') as place, elapsed_hours / 24 as days
from marts.fct_tickets where rowid in (
    select rowid from marts.fct_tickets where ticket_key in (select unnest(?::text[]))
        and rowid in (select rowid from marts.fct_tickets where created_at in (select unnest(?::timestamp[])))
)
"""


def of_ticket(marts: Marts, ticket: str) -> list[str]:
    """The issue of a ticket (id or key), or its case where it has none; empty: no such ticket."""
    return marts.frame(OF_TICKET, ticket, ticket)["matter_case_key"].to_list()


def of_alert(marts: Marts, alert_id: str) -> list[str]:
    """The issues of an alert's tickets, the newest first."""
    return marts.frame(ISSUES_OF_ALERT, alert_id)["matter_case_key"].to_list()


def has_index(marts: Marts) -> bool:
    """Whether the publication was made with an index of cases."""
    return marts.frame(HAS_INDEX)["has_index"][0]


def similar(marts: Marts, matters: Sequence[str]) -> pl.DataFrame:
    """The nearest cases of others, at most SHOWN settled and SHOWN unsettled ones, each issue and case once, the nearest first.

    Args:
        matters: issue keys, or case keys where a ticket has no issue; they themselves are left out.

    Returns:
        likeness (cosine of the weighted words, FLOOR to 1), is_settled, outcome_code (null: not known), category_key, ticket_key,
        ticket_id, created_on, closed_on, title, text, reply (masked), unit, place, days (to its closing, or until now).
    """
    known = has_index(marts)
    asked = marts.frame(ASKED, list(matters[:MOST_ASKED]), MOST_TERMS) if known else pl.DataFrame({"terms": [None]})
    if asked["terms"][0] is None:
        return pl.DataFrame(schema={"is_settled": pl.Boolean})
    terms, weights, category = asked.row(0)
    return nearest(marts, terms, weights, category=category, left_out=matters)


def nearest(
    marts: Marts,
    terms: Sequence[int],
    weights: Sequence[float],
    *,
    category: str | None = None,
    left_out: Sequence[str] = (),
) -> pl.DataFrame:
    """The same for words sketched already; see `similar`."""
    scored = marts.frame(SCORED, list(terms), list(weights))
    found = scored.join(marts.frame(CASES, scored["case_no"].to_list()), on="case_no")
    own = found.filter(pl.col("matter_case_key").is_in(list(left_out)))["case_key"]
    others = found.filter(~pl.col("matter_case_key").is_in(list(left_out)) & ~pl.col("case_key").is_in(own.to_list()))
    first = (
        pl.col("likeness")
        * pl.when(pl.col("category_key") == category).then(SAME_CATEGORY).otherwise(1)
        * pl.when("is_answered").then(IS_ANSWERED).otherwise(1)
    )
    ordered = others.sort(first, "case_no", descending=True).unique("case_key", keep="first", maintain_order=True)
    shown = ordered.group_by("is_settled", maintain_order=True).head(SHOWN)
    told = marts.frame(TOLD, shown["ticket_key"].to_list(), shown["created_at"].to_list())
    return shown.join(told, on="ticket_key", how="left", maintain_order="left")
