"""Simulate a city month by month, a large one week by week: drafts, events, followers, outcomes, texts, files."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from weisu.simulation.background import Demand, everyday_rows
from weisu.simulation.catalogue import load_catalogue
from weisu.simulation.city import build_city
from weisu.simulation.clocks import add_outcomes
from weisu.simulation.config import SimulationConfig, SimulationError
from weisu.simulation.duties import Duties, build_duties
from weisu.simulation.events import Plan, plan_events
from weisu.simulation.exports import export_table, write_export
from weisu.simulation.followers import FOLLOWER_SHARE, followers
from weisu.simulation.reference import write_reference
from weisu.simulation.seasons import build_calendar
from weisu.simulation.texts import add_texts
from weisu.simulation.truth import write_truth

README = Path(__file__).parent / "readme.md"


@dataclass
class Simulation:
    """What was written."""

    folder: Path
    tickets: int = 0
    events: int = 0
    exports: list[Path] = field(default_factory=list)


@dataclass(frozen=True)
class _Parts:
    demand: Demand
    duties: Duties
    plan: Plan


def simulate(config: SimulationConfig, out: Path, on_stretch: Callable[[int, int], None] | None = None) -> Simulation:
    """Write exports/, reference/, truth.csv, truth_tickets.csv and README.md into `out`.

    Args:
        out: a new or empty folder.
        on_stretch: called with (stretches of days done, in all).

    Raises:
        SimulationError: `out` holds something already, or cannot be written; then nothing is left.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise SimulationError("the folder is not empty", where=str(out), todo="name a new or an empty folder")
    existed, staging = out.exists(), out / ".unfinished"
    try:
        (staging / "exports").mkdir(parents=True)
        (staging / "reference").mkdir()
        result = _write(config, staging, on_stretch or (lambda done, of: None))
        for path in list(staging.iterdir()):
            path.replace(out / path.name)
    except OSError as error:
        raise SimulationError("cannot be written", where=str(out), todo=error.strerror or "check the disk") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        if not existed and out.is_dir() and not any(out.iterdir()):
            out.rmdir()
    return Simulation(out, result.tickets, result.events, [out / "exports" / path.name for path in result.exports])


def _write(config: SimulationConfig, folder: Path, on_stretch: Callable[[int, int], None]) -> Simulation:
    parts = _prepare(config)
    result = Simulation(folder, events=len(parts.plan.events))
    waiting, stretches, links = None, config.stretches(), []
    for done, (first, last) in enumerate(stretches, start=1):
        rows, waiting = _stretch(parts, first, last, waiting)
        table = export_table(parts.demand, rows)
        path = write_export(folder / "exports", table, f"{first:%Y-%m}", config.layout)
        result.exports += [] if path in result.exports else [path]
        result.tickets += rows.height
        links.append(rows.filter(pl.col("event") >= 0).select("event", "ticket_id"))
        on_stretch(done, len(stretches))
    write_reference(folder / "reference", parts.demand, parts.duties, parts.plan.dates)
    write_truth(folder, parts.plan, pl.concat(links))
    shutil.copyfile(README, folder / "README.md")
    return result


def _prepare(config: SimulationConfig) -> _Parts:
    city, catalogue, calendar = build_city(config), load_catalogue(config.size), build_calendar(config)
    sketch = Demand(config, city, catalogue, calendar, config.tickets)
    planned = plan_events(sketch).rows.height
    demand = Demand(
        config, city, catalogue, calendar, max(config.tickets - planned, config.tickets / 2) / (1 + FOLLOWER_SHARE)
    )
    return _Parts(demand, build_duties(catalogue), plan_events(demand))


def _stretch(
    parts: _Parts, first: dt.date, last: dt.date, waiting: pl.DataFrame | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Finished rows of a month or a week, and the drafts that belong to later ones."""
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    rng = parts.demand.config.generator("month", first)
    end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time())
    own = [everyday_rows(parts.demand, days), parts.plan.between(days[0], end)]
    rows = _number(pl.concat(own if waiting is None else [*own, waiting.filter(pl.col("created_at") < end)]), 1)
    following = followers(parts.demand, rng, rows)
    rows = pl.concat([rows, _number(following.filter(pl.col("created_at") < end), rows.height + 1)]).sort(
        "created_at", "ticket_id"
    )
    finished = add_texts(parts.demand, rng, add_outcomes(parts.demand, parts.duties, rng, rows), parts.plan.phrases)
    later = [following.filter(pl.col("created_at") >= end)]
    return finished, pl.concat(later if waiting is None else [*later, waiting.filter(pl.col("created_at") >= end)])


def _number(rows: pl.DataFrame, start: int) -> pl.DataFrame:
    """Add ticket_id: the day and a number that is unique among what is made at once (15 digits, text)."""
    number = pl.Series(range(start, start + rows.height), dtype=pl.Int64).cast(pl.String).str.zfill(7)
    return rows.with_columns(ticket_id=pl.col("created_at").dt.strftime("%Y%m%d") + number)
