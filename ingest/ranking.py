"""Which of two states of a ticket is the later one when no clock tells: an SQL expression over the columns of raw.ticket_versions.

A re-export may add a rating, a verdict on the solution, a redo order or a cancellation and carry no new time.  Then what the row says
decides: a removed ticket before an ended one before an open one; more redo orders, returns and transfers; more filled columns; more bad
answers.  It is stored with each version, so that the ledger's view and the dbt project order by the same number.
"""

from __future__ import annotations

from ingest.canonical import CONTENT_COLUMNS, RATINGS

HANDLING = ("redo_count", "return_count", "transfer_count")
FILLED = tuple(c for c in CONTENT_COLUMNS if c not in ("state_at", "is_date_only", "flags"))

_status = """case
    when status in ('void', 'merged', 'withdrawn') then 2
    when closed_at is not null or status in ('closed', 'returned') then 1
    else 0 end"""
_handling = f"least({' + '.join(f'coalesce({c}, 0)' for c in HANDLING)}, 999)"
_filled = " + ".join(f"({c} is not null)::integer" for c in FILLED)
_bad = " + ".join([*(f"coalesce(({c} = 'unsatisfied')::integer, 0)" for c in RATINGS), "coalesce((not is_solved)::integer, 0)"])  # fmt: skip
CONTENT_RANK = f"({_status}) * 1000000 + {_handling} * 1000 + ({_filled}) * 10 + ({_bad})"
