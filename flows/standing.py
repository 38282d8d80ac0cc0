"""What stands of the last publication: numbers of periods that ended before the first day of which something new is known.

A period is judged as of its own end (docs/decisions/0003), so while nothing new is known of the days up to that end, its numbers are those that
were published.  Whether something new is known is not guessed from the age of a ticket: a digest of each day tells (`mart_day_digests`).
Tickets that are newly taken for artefacts, or no more, are news of their day.  Goalposts, too, must be those of the last publication: frozen, or
set by a build of the same month.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from weisu.errors import WarehouseError
from weisu.goalposts import KEY
from weisu.publishing import current
from weisu.settings import Workspace
from weisu.warehouse import attach, connect

if TYPE_CHECKING:
    import duckdb

NEEDED = ("mart_artefact_tickets", "mart_goalposts", "mart_expectations")
TABLES = f"select count(*) from duckdb_tables() where database_name = 'published' and table_name in {NEEDED}"
SAME_BASIS = "select 1 from marts.mart_publication where basis_version = $basis"
MOST_DAYS = 180  # what is news of an older day is rare: then everything is judged anew
FIRST_NEWS = """
select least(
  (select min(coalesce(new.date_on, old.date_on))
   from marts.mart_day_digests as new full join published.marts.mart_day_digests as old using (date_on)
   where new.digest is distinct from old.digest and coalesce(new.date_on, old.date_on) <= old_as_of_on),
  (select min(created_on) from (
     select ticket_key, reason from sense.artefacts full join published.marts.mart_artefact_tickets as old using (ticket_key)
     where reason is distinct from old.artefact_reason) join marts.fct_tickets using (ticket_key)
   where created_on <= old_as_of_on),
  old_as_of_on + 1)
from (select as_of_on as old_as_of_on from published.marts.mart_publication where basis_version = $basis and as_of_on <= $as_of)
"""
SETTLED = f"""
select bool_or(score_year = year($as_of)) and bool_and(kept.cells is not null)
from published.marts.mart_goalposts left join rulebook.goalposts as kept using ({KEY})
"""
OTHER_GOALPOSTS = f"select count(*) from intermediate.int_goalposts anti join rulebook.goalposts using ({KEY})"


@dataclass(frozen=True)
class Standing:
    """The publication of which the numbers before `until` stand."""

    published: Path
    until: dt.date

    @property
    def variables(self) -> dict[str, str]:
        """What the dbt project is told."""
        return {"standing_until": self.until.isoformat()}


def read_before(workspace: Workspace, *, basis: str) -> Path | None:
    """The last publication when it read texts by the same rules and code: what it read of a version is not read again."""
    try:
        published = current(workspace).path
    except WarehouseError:
        return None
    con = connect(published, read_only=True)
    try:
        if not con.execute("from duckdb_tables() where table_name = 'mart_ticket_words'").fetchone():
            return None  # of an earlier release
        return published if con.execute(SAME_BASIS, {"basis": basis}).fetchone() else None
    finally:
        con.close()


def standing(con: duckdb.DuckDBPyConnection, workspace: Workspace, *, as_of: dt.date, basis: str) -> Standing | None:
    """What stands for a build whose facts are made and artefacts marked; None: judge all periods.

    Args:
        con: open on the build; the last publication is attached to it as `published`.
        basis: hash of all that numbers rest on beside the tickets; other rules, code or lists let nothing stand.
    """
    try:
        published = current(workspace).path
    except WarehouseError:
        return None
    attach(con, published, "published")
    if con.execute(TABLES).fetchone()[0] < len(NEEDED):
        return None  # of an earlier release
    found = con.execute(FIRST_NEWS, {"basis": basis, "as_of": as_of}).fetchone()
    if found is None or (as_of - found[0]).days > MOST_DAYS:
        return None
    return Standing(published, found[0]) if con.execute(SETTLED, {"as_of": as_of}).fetchone()[0] else None


def used_new_goalposts(build: Path) -> bool:
    """Whether a build found goalposts that stand nowhere: they need the values of all periods."""
    con = connect(build, read_only=True)
    try:
        return con.execute(OTHER_GOALPOSTS).fetchone()[0] > 0
    finally:
        con.close()
