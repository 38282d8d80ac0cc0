"""What stands of the last publication: numbers of periods that ended before the first day of which something new is known.

A period is judged as of its own end (docs/decisions/0003), so while nothing new is known of the days up to that end, its numbers are those that
were published.  Whether something new is known is not guessed from the age of a ticket: a digest of each day tells (`mart_day_digests`).
Tickets that are newly taken for artefacts, or no more, are news of their day.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from weisu.errors import WarehouseError
from weisu.publishing import current
from weisu.settings import Workspace
from weisu.warehouse import attach, connect

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
UNFROZEN = """
select count(*) from intermediate.int_goalposts anti join rulebook.goalposts
using (area_level, category_level, period_type, degree, component, score_year)
"""


@dataclass(frozen=True)
class Standing:
    """The publication of which the numbers before `until` stand."""

    published: Path
    until: dt.date

    @property
    def variables(self) -> dict[str, str]:
        """What the dbt project is told."""
        return {"standing_until": self.until.isoformat()}


def standing(workspace: Workspace, build: Path, *, as_of: dt.date, basis: str) -> Standing | None:
    """What stands for a build whose facts are made and sensed; None: judge all periods.

    Args:
        basis: hash of all that numbers rest on beside the tickets; other rules, code or lists let nothing stand.
    """
    try:
        published = current(workspace).path
    except WarehouseError:
        return None
    con = connect(build)
    try:
        attach(con, published, "published")
        if not con.execute(
            "from duckdb_tables() where database_name = 'published' and table_name = 'mart_artefact_tickets'"
        ).fetchone():
            return None  # of an earlier release
        found = con.execute(FIRST_NEWS, {"basis": basis, "as_of": as_of}).fetchone()
        years = {year for (year,) in con.execute("select distinct score_year from rulebook.goalposts").fetchall()}
    finally:
        con.close()
    if found is None or (as_of - found[0]).days > MOST_DAYS:
        return None
    until = found[0]
    judged_from = until - dt.timedelta(days=31)  # the month that lies on it
    return Standing(published, until) if set(range(judged_from.year, as_of.year + 1)) <= years else None


def used_new_goalposts(build: Path) -> bool:
    """Whether a build found goalposts that no publication has frozen: they need the values of all periods."""
    con = connect(build)
    try:
        return con.execute(UNFROZEN).fetchone()[0] > 0
    finally:
        con.close()
