"""From a published number down to ticket versions: what `weisu explain` tells, gathered from a publication, the ledger and dbt's lineage."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from weisu import publishing, recounts
from weisu.errors import WarehouseError
from weisu.lineage import Table, read_project
from weisu.names import find_area, find_category, find_one
from weisu.recounts import Cell
from weisu.settings import Workspace
from weisu.warehouse import attach, connect

if TYPE_CHECKING:
    import duckdb

LEDGER = frozenset({"ledger.known_versions"})
SAMPLE = 5  # tickets shown by key
TOLERANCE = 1.1e-6  # mart_kpis rounds values to six digits
ALSO = {"composite_rate": tuple(recounts.RATES), "expected_reports": ("cell_expectations",)}
ALERT_RULES = ("alert_level", "code_channel", "code_test_text", "issue", "recurrence")
Row = dict[str, Any]


@dataclass(frozen=True)
class Check:
    """A published figure beside what the tickets give."""

    what: str
    published: float | None
    recounted: float | None

    @property
    def agrees(self) -> bool:
        """Equal up to the rounding of the publication; nothing equals nothing."""
        if self.published is None or self.recounted is None:
            return self.published is None and self.recounted is None
        return abs(self.published - self.recounted) <= TOLERANCE * max(1.0, abs(self.published))


@dataclass(frozen=True)
class Explanation:
    """The way of one number; nothing in it is personal: keys, hashes, counts and names of files."""

    subject: Row  # the published row
    publication: Row
    path: list[Row]  # from the mart down to the ledger: table, layer, description
    steps: list[Row]  # code, tickets: what was looked at, left out for which reason, counted
    checks: list[Check]
    rules: list[Row]
    loads: list[Row]
    versions: Row  # tickets, versions held of them, versions that the ledger misses
    tickets: list[Row] = field(default_factory=list)  # the first few, with version hash and load

    @property
    def agrees(self) -> bool:
        """The recount gives what was published, and every version behind it is in the ledger."""
        return all(check.agrees for check in self.checks) and not self.versions["missing"]

    def as_dict(self) -> Row:
        """All of it for machines."""
        checks = [vars(check) | {"agrees": check.agrees} for check in self.checks]
        return vars(self) | {"checks": checks, "agrees": self.agrees}


def explain_kpi(
    place: Workspace, code: str, *, area: str, month: str, category: str = "*", unit: str | None = None
) -> Explanation:
    """How one month's indicator of a cell came about.

    Raises:
        WarehouseError: nothing published, an unknown name (with the nearest ones), or no such row.
    """
    with _opened(place) as con:
        find_one(con, "indicator", "select distinct kpi_code, kpi_code from marts.mart_kpis", code, limit=None)
        cell = _cell(con, area, month, category, unit)
        row = _kpi_row(con, code, cell)
        until = _known_until(con)
        again = recounts.recount(con, code, cell, until)
        recounts.collect_tickets(con, code, cell, until)
        words = re.compile("|".join(rf"\b{name}\b" for name in (code, *ALSO.get(code, ()))))
        project = read_project()
        path = project.path("mart_kpis", LEDGER, lambda table: bool(words.search(f"{table.name} {table.sql}")))
        return Explanation(
            subject=row,
            publication=_publication(con, place),
            path=_told(path),
            steps=_steps(again),
            checks=_kpi_checks(row, again),
            rules=_rules(con, project.rules_of(path)),
            **_versions(con),
        )


def explain_alert(place: Workspace, alert_id: str) -> Explanation:
    """How one alert came about.

    Raises:
        WarehouseError: nothing published, or no such alert (with the nearest ids).
    """
    with _opened(place) as con:
        find_one(con, "alert", "select alert_id, alert_id from marts.mart_alerts", alert_id)
        row = _rows(con, "select * from marts.mart_alerts where alert_id = ?", [alert_id])[0]
        row["evidence"] = json.loads(row["evidence"] or "{}")
        linked = "create or replace temp table behind as select distinct ticket_key from marts.mart_alert_tickets where alert_id = ?"
        con.execute(linked, [alert_id])
        project = read_project()
        path = project.path("mart_alerts", LEDGER, _is_of_alerts)
        wanted = project.rules_of(path) + [(name, None) for name in ALERT_RULES]
        return Explanation(
            subject=row,
            publication=_publication(con, place),
            path=_told(path),
            steps=_alert_steps(con, row),
            checks=_alert_checks(con, row),
            rules=_rules(con, wanted),
            **_versions(con),
        )


@contextmanager
def _opened(place: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    """The current publication with the ledger beside it, both read-only."""
    import duckdb

    con = connect(publishing.current(place).path, read_only=True)
    try:
        attach(con, place.ledger, "ledger")
        yield con
    except duckdb.IOException as error:
        raise WarehouseError(
            "the ledger cannot be read now", where=str(place.ledger), todo="wait until a load or build has ended"
        ) from error
    finally:
        con.close()


def _cell(con: duckdb.DuckDBPyConnection, area: str, month: str, category: str, unit: str | None) -> Cell:
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
        raise WarehouseError(f"month {month!r} is not YYYY-MM", where="--month", todo="for example 2026-10")
    first = dt.date.fromisoformat(f"{month}-01")
    last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    if unit is not None:
        find_one(con, "unit", "select distinct unit, unit from marts.mart_kpis where unit is not null", unit)
    return Cell(first, last, find_area(con, area), find_category(con, category), unit)


def _kpi_row(con: duckdb.DuckDBPyConnection, code: str, cell: Cell) -> Row:
    found = _rows(
        con,
        "select * from marts.mart_kpis where kpi_code = ? and period_type = 'month' and period_start_on = ? and area_key = ? and category_key = ? "
        "and unit is not distinct from ?",
        [code, cell.first_on, cell.area_key, cell.category_key, cell.unit],
    )
    if found:
        return found[0]
    months = con.execute(
        "select strftime(min(period_start_on), '%Y-%m'), strftime(max(period_start_on), '%Y-%m') from marts.mart_kpis "
        "where kpi_code = ? and period_type = 'month' and area_key = ? and category_key = ? and unit is not distinct from ?",
        [code, cell.area_key, cell.category_key, cell.unit],
    ).fetchone()
    told = (
        f"published from {months[0]} to {months[1]}, where there was anything to count"
        if months[0]
        else "choose a larger area or category"
    )
    asked = " / ".join(filter(None, (cell.area_key, cell.category_key, cell.unit)))
    raise WarehouseError(f"no {code} of {cell.first_on:%Y-%m} was published for {asked}", todo=told)


def _known_until(con: duckdb.DuckDBPyConnection) -> dt.datetime:
    sql = "select c.ends_at from marts.mart_publication as p join marts.dim_calendar as c on c.date_on = p.as_of_on"
    return con.execute(sql).fetchone()[0]


def _publication(con: duckdb.DuckDBPyConnection, place: Workspace) -> Row:
    (row,) = _rows(
        con,
        "select as_of_on, built_at, run_id, data_version, rules_version, timezone, tickets from marts.mart_publication",
    )
    return {"name": publishing.current(place).name} | row


def _is_of_alerts(table: Table) -> bool:
    return table.name in {"sense.alerts", "fct_tickets", "int_ticket_states"}


def _told(path: list[Table]) -> list[Row]:
    return [{"table": t.name, "layer": t.layer, "description": t.description} for t in path]


def _steps(again: recounts.Recount | None) -> list[Row]:
    if again is None:
        return []
    left = [{"code": code, "tickets": -n} for code, n in again.left_out.items()]
    return [{"code": "looked_at", "tickets": again.tickets}, *left, {"code": "counted", "tickets": again.counted}]


def _kpi_checks(row: Row, again: recounts.Recount | None) -> list[Check]:
    """What can be compared: a withheld figure is not, and an indicator that rests on more than tickets has none."""
    if again is None:
        return []
    pairs = {"value": again.value, "numerator": again.numerator, "denominator": again.counted}
    return [Check(name, float(row[name]), x) for name, x in pairs.items() if row.get(name) is not None]


ALERT_COUNTS = """
select count(*) as observed, count(distinct t.person_hash) as persons, count(distinct t.place_key) as places
from marts.mart_alert_tickets as l join marts.fct_tickets as t using (ticket_key) where l.alert_id = $alert_id
"""
ALERT_CELL = """
select count(*) as looked_at, count(*) filter (not is_demand) as demand,
    count(*) filter (is_demand and not exists (select 1 from marts.mart_alert_tickets l where l.alert_id = $alert_id and l.ticket_key = t.ticket_key)) as not_in_alert,
    (select count(*) from marts.mart_alert_tickets l where l.alert_id = $alert_id) as counted
from marts.fct_tickets as t
where created_on between $window_start_on and $window_end_on
    and $category_key in (category_l1_key, category_l2_key, category_l3_key)
    and ($area_key = '*' or $area_key in (district_key, street_key, community_key, estate_key))
"""


def _alert_checks(con: duckdb.DuckDBPyConnection, row: Row) -> list[Check]:
    (again,) = _rows(con, ALERT_COUNTS, {"alert_id": row["alert_id"]})
    return [Check(name, float(row[name]), float(n)) for name, n in again.items() if row[name] is not None]


def _alert_steps(con: duckdb.DuckDBPyConnection, row: Row) -> list[Row]:
    """Tickets of the alert's area, category and window; a cluster may reach beyond its area (`beyond_area`)."""
    names = ("alert_id", "window_start_on", "window_end_on", "category_key", "area_key")
    (n,) = _rows(con, ALERT_CELL, {name: row[name] for name in names})
    beyond = n["counted"] - (n["looked_at"] - n["demand"] - n["not_in_alert"])
    left = [("demand", -n["demand"]), ("not_in_alert", -n["not_in_alert"]), ("beyond_area", beyond)]
    ends = [("looked_at", n["looked_at"]), *((code, x) for code, x in left if x), ("counted", n["counted"])]
    return [{"code": code, "tickets": x} for code, x in ends]


def _rules(con: duckdb.DuckDBPyConnection, wanted: list[tuple[str, str | None]]) -> list[Row]:
    """Rows of mart_rules in force for these rules, in their order."""
    con.execute("create or replace temp table wanted (rule text, key text)")
    if wanted:
        con.executemany("insert into wanted values (?, ?)", wanted)
    return _rows(
        con,
        "select distinct r.* from marts.mart_rules as r join wanted as w on r.rule = w.rule and (w.key is null or w.key = r.key) order by r.rule, r.key",
    )


VERSIONS = """
create or replace temp table told as
select t.ticket_key, t.source, t.ticket_id, t.version_hash, t.created_on, t.closed_on, v.load_id, v.version_hash is not null as is_held
from marts.fct_tickets as t join behind using (ticket_key)
left join ledger.raw.ticket_versions as v
    on v.source = t.source and v.ticket_id = t.ticket_id and v.version_hash = t.version_hash
"""
LOADS = """
select load_id, l.source, l.file_label, l.profile_version, l.exported_at, l.loaded_at, count(*) as tickets
from told join ledger.raw.loads as l using (load_id) group by all order by l.loaded_at, l.file_label
"""
HELD = """
select (select count(*) from told) as tickets, count(*) as versions, (select count(*) from told where not is_held) as missing
from told as t join ledger.raw.ticket_versions as v on v.source = t.source and v.ticket_id = t.ticket_id
"""
FIRST = """
select ticket_key, version_hash, created_on, closed_on, l.file_label
from told left join ledger.raw.loads as l using (load_id) order by ticket_key limit ?
"""


def _versions(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Loads, versions and the first of the tickets `behind`, as fields of an explanation."""
    con.execute(VERSIONS)
    return {"loads": _rows(con, LOADS), "versions": _rows(con, HELD)[0], "tickets": _rows(con, FIRST, [SAMPLE])}


def _rows(con: duckdb.DuckDBPyConnection, sql: str, given: Any = None) -> list[Row]:
    done = con.execute(sql, given) if given is not None else con.execute(sql)
    names = [column[0] for column in done.description]
    return [dict(zip(names, row, strict=True)) for row in done.fetchall()]
