"""A hand-made city for the tests of the dbt project: tickets in, one finished build out.

All clocks are UTC, so that an instant and its local day can be read off the same text.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from flows.cells import write_cells
from ingest.canonical import VERSION_COLUMNS
from ingest.drift import make_drift
from ingest.history import make_history
from ingest.reference import TABLES as REFERENCE
from ingest.settlement import make_settlement
from weisu import goalposts, rulebook, transform
from weisu.settings import City as Named
from weisu.settings import Settings
from weisu.variables import project_variables

Row = dict[str, Any]
LOADS = "load_id text, source text, file_sha256 text, file_label text, file_bytes bigint, profile_version text, exported_at timestamp, loaded_at timestamp, rows_read bigint, rows_new bigint, rows_new_version bigint, rows_unchanged bigint, rows_quarantined bigint, rows_flagged bigint"  # fmt: skip
QUARANTINE = "load_id text, source text, row_number bigint, reason_code text, column_name text, value_masked text, row_masked text"
EVENTS = "act_id text, alert_id text, position integer, act text, reason text, assignee text, actor text, acted_at timestamp, until_on date"
WORD_REVIEWS = "review_id text, text_hash text, term_kind text, position integer, verdict text, ticket_key text, note text, actor text, reviewed_at timestamp"
CATEGORY_REVIEWS = "review_id text, ticket_key text, position integer, verdict text, category_key text, note text, actor text, reviewed_at timestamp"
RESOLUTIONS = "resolution_id text, position integer, status text, period text, report text, text text, owner text, due_on date, outcome text, alert_id text, issue_key text, area_key text, category_key text, actor text, recorded_at timestamp"
SENSE = {
    "cell_expectations": "area_key text, category_key text, period_type text, period_start_on date, observed bigint, expected double, dispersion double, mid_p double, history_weeks integer, is_low_confidence boolean, alpha double",
    "series_days": "area_key text, category_key text, date_on date, observed bigint, expected double, lower double, upper double, score double, is_alarm boolean, state text, source_scores text",
    "change_points": "area_key text, category_key text, changed_on date, earliest_on date, latest_on date, before_mean double, after_mean double, ratio double, driver text, verdict text",
    "forecasts": "area_key text, category_key text, period_start_on date, horizon_weeks integer, expected double, lower double, upper double, usual double",
    "clusters": "as_of_on date, cluster_id text, category_key text, start_on date, end_on date, lat double, lon double, radius_m double, observed bigint, expected double, relative_risk double, score double, p_value double, recurrence_days double, ticket_keys text[]",
    "alerts": "alert_id text, raised_on date, last_on date, level integer, signals text, classes text, category_key text, category text, area_key text, area text, area_level text, window_start_on date, window_end_on date, observed bigint, expected double, ratio double, score double, persons bigint, places bigint, composite_score double, signal_status text, artefact_reason text, title_zh text, title_en text, why_zh text, why_en text, evidence text, lat double, lon double, radius_m double",
    "alert_tickets": "alert_id text, ticket_key text",
    "lead_lag": "known_on date, cause_category_key text, effect_category_key text, window_days integer, episodes bigint, observed double, expected double, lift double, lower double, upper double, lift_before double, p_value double, q_value double",
    "similar_places": "alert_id text, position integer, area_key text, score double, shared text, tickets bigint",
    "similar_cases": "case_no integer, ticket_key text, is_settled boolean, terms integer[], weights integer[]",
    "similar_terms": "term integer, case_no integer, weight integer, is_settled boolean",
    "category_suggestions": "ticket_key text, category_key text, chance double, is_sure boolean",
    "artefacts": "ticket_key text, reason text",
    "held_alerts": "held_id text, first_on date, last_on date, days integer, reason text, category_key text, area_key text, signals text, rule text, observed double, expected double, score double, p_value double, p_limit double, alert_id text",
    "alert_effects": "alert_id text, basis text, area_key text, category_key text, from_on date, to_on date, observed double, expected double, ratio double, ratio_before double, below_limit_probability double, solved_share double, solved_before_share double, is_solved_worse boolean, controls integer, control_ratio double, control_ratio_before double, better_probability double, verdict text",
    "detector_reviews": "known_on date, rule text, alerts bigint, confirmed bigint, dismissed bigint, missed bigint, precision double, review_hours double, lead_days double, weight double",
}


SETTINGS = Settings(city=Named(name="试验市's", timezone="UTC", region="CN"))


@dataclass
class City:
    """What a test writes down; `build` makes the rest."""

    as_of: dt.date = dt.date(2025, 12, 31)
    tickets: list[Row] = field(default_factory=list)
    areas: list[Row] = field(default_factory=list)
    categories: list[Row] = field(default_factory=list)
    duties: list[Row] = field(default_factory=list)
    calendar: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    word_reviews: list[Row] = field(default_factory=list)
    category_reviews: list[Row] = field(default_factory=list)
    resolutions: list[Row] = field(default_factory=list)
    sense: dict[str, list[Row]] = field(default_factory=dict)
    weights: list[Row] = field(default_factory=list)
    goalposts: list[Row] = field(default_factory=list)
    settings: Settings = SETTINGS
    acts_until: dt.datetime | None = None

    def add(self, *tickets: Row) -> None:
        """Append tickets."""
        self.tickets.extend(tickets)


_numbers = itertools.count(1)


def ticket(created: str, **fields: Any) -> Row:
    """One ticket version with usual values; give instants as `created`, `closed`, `due` texts and the rest by column name."""
    number = next(_numbers)
    row: Row = {
        "source": "t", "ticket_id": f"{number:06d}", "version_hash": f"v{number}", "load_id": "L1", "row_number": number,
        "kind": "complaint", "status": "open", "category_l1": "背景", "category_l2": "常规", "district": "东区", "street": "一街",
        "channel": "电话", "flags": [], "is_date_only": False,
    }  # fmt: skip
    for name, value in (
        ("created", created),
        *((n, fields.pop(n, None)) for n in ("closed", "due", "dispatched", "contacted", "received")),
    ):
        row[f"{name}_at"] = dt.datetime.fromisoformat(value) if value else None
        if name in ("created", "closed", "due"):
            row[f"{name}_on"] = row[f"{name}_at"].date() if value else None
    if row["closed_at"]:
        row["status"] = "closed"
    row["state_at"] = max(row[f"{n}_at"] for n in ("created", "closed", "dispatched", "contacted") if row[f"{n}_at"])
    return row | fields


def write_ledger(path: Path, tickets: list[Row]) -> Path:
    """A ledger with these versions and one load."""
    with duckdb.connect(str(path)) as con:
        con.execute("create schema raw")
        con.execute(f"create table raw.loads ({LOADS})")
        con.execute(
            f"insert into raw.loads values ('L1', 't', 'x', 'f.csv', 1, '1', null, timestamp '2026-01-01', {len(tickets)}, {len(tickets)}, 0, 0, 0, 0)"
        )
        con.execute(f"create table raw.quarantine ({QUARANTINE})")
        _fill(con, "raw.ticket_versions", ", ".join(f"{c} {k}" for c, k in VERSION_COLUMNS.items()), tickets)
        make_history(con)
        make_settlement(con)
        make_drift(con)
        con.execute(
            "insert into raw.drift values ('L1', 't', 'reordered_columns', null, null, null), ('L1', 't', 'new_code', 'unit', '甲局', '3')"
        )
    return path


def prepare(path: Path, city: City) -> Path:
    """A build file as the flow hands it to the first pass."""
    with duckdb.connect(str(path)) as con:
        con.execute("create schema reference; create schema acts")
        for name, columns in REFERENCE.items():
            _fill(con, f"reference.{name}", ", ".join(f"{c} {k}" for c, k in columns.items()), getattr(city, name))
        _fill(con, "acts.events", EVENTS, city.events)
        _fill(con, "acts.word_reviews", WORD_REVIEWS, city.word_reviews)
        _fill(con, "acts.category_reviews", CATEGORY_REVIEWS, city.category_reviews)
        _fill(con, "acts.resolutions", RESOLUTIONS, city.resolutions)
        con.execute("create schema rulebook")
        _fill(con, "rulebook.weights", rulebook.WEIGHTS, city.weights)
        _fill(con, "rulebook.goalposts", goalposts.KNOWN, city.goalposts)
    return path


def write_sense(path: Path, city: City) -> None:
    """What the detectors would write; without rows of the city each cell of the spine expects what it has."""
    with duckdb.connect(str(path)) as con:
        con.execute("create schema sense")
        for name, columns in SENSE.items():
            _fill(con, f"sense.{name}", columns, city.sense.get(name, []))
        con.execute(
            "insert into sense.cell_expectations select area_key, category_key, period_type, period_start_on, reports, greatest(reports, 0.5), 1, 0.5, 104, false, 2 "
            "from intermediate.int_cell_periods anti join sense.cell_expectations using (area_key, category_key, period_type, period_start_on)"
        )
        write_cells(con)


MODELS_ONLY = ("unit_test", "test")  # left out where a test builds city after city and compares them itself


def run(
    folder: Path, city: City, passes: Sequence[str] = transform.PASSES, *, without: Sequence[str] = ("unit_test",)
) -> Path:
    """Build the city and return the build file, closed."""
    ledger, build = write_ledger(folder / "ledger.duckdb", city.tickets), prepare(folder / "build-x.duckdb", city)
    variables = project_variables(
        city.settings, as_of=city.as_of, run_id="run", data_version="data", acts_until=city.acts_until
    )
    for name in passes:
        if name == "scores":
            write_sense(build, city)
        transform.run_pass(build, ledger, name, variables=variables, without=without)
    return build


def _fill(con: duckdb.DuckDBPyConnection, table: str, columns: str, rows: list[Row]) -> None:
    con.execute(f"create table {table} ({columns})")
    for names in {tuple(row) for row in rows}:
        values = [[row[n] for n in names] for row in rows if tuple(row) == names]
        con.executemany(f"insert into {table} ({', '.join(names)}) values ({', '.join('?' * len(names))})", values)
