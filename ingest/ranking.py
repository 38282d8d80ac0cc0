"""Which of two states of a ticket is the later one when no clock tells: SQL over the columns of raw.ticket_versions.

A re-export may add a rating, a verdict on the solution, a redo order or a cancellation and carry no new time.  Then what the row says
decides: a removed ticket before an ended one before an open one; more redo orders, returns and transfers; more filled columns; more bad
answers.  It is stored with each version, so that the ledger's view and the dbt project order by the same number.
"""

from __future__ import annotations

from collections.abc import Collection

from ingest.canonical import CONTENT_COLUMNS, RATINGS

HANDLING = ("redo_count", "return_count", "transfer_count")
SAYS_NOTHING = ("state_at", "is_date_only", "flags")
ENDED = "status in ('closed', 'returned')"


def content_rank(filled: Collection[str]) -> str:
    """SQL of the rank, a whole number; columns that are not `filled` count as null."""
    ended = f"closed_at is not null or {ENDED}" if "closed_at" in filled else ENDED
    handling = [f"coalesce({c}, 0)" for c in HANDLING if c in filled]
    full = [f"({c} is not null)::integer" for c in CONTENT_COLUMNS if c in filled and c not in SAYS_NOTHING]
    bad = [f"coalesce(({c} = 'unsatisfied')::integer, 0)" for c in RATINGS if c in filled]
    bad += ["coalesce((not is_solved)::integer, 0)"] if "is_solved" in filled else []
    state = f"case when status in ('void', 'merged', 'withdrawn') then 2 when {ended} then 1 else 0 end"
    return f"({state}) * 1000000 + least({_sum(handling)}, 999) * 1000 + ({_sum(full)}) * 10 + ({_sum(bad)})"


def _sum(terms: Collection[str]) -> str:
    return " + ".join(("0", *terms))
