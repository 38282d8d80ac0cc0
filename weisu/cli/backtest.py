"""`weisu backtest`: how well the detectors would have done on the city's own history."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weisu.cli.options import JsonOption, WorkspaceOption
from weisu.cli.progress import step_progress

if TYPE_CHECKING:
    from flows.backtest import Outcome


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("backtest")(backtest_command)


def backtest_command(
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Write the table here too (.csv .parquet .xlsx).")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Where the outbreaks are planted.")] = 1,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Plant outbreaks in the published history; print false alarms, detection and delay; write the model cards."""
    from flows.backtest import STEPS, as_table, backtest
    from weisu.publishing import current
    from weisu.settings import find_workspace
    from weisu.table_files import check_target, write_table

    if out:
        check_target(out)
    place = find_workspace(workspace)
    with step_progress(dict(zip(STEPS, STEPS, strict=True))) as report:
        outcome = backtest(place, current(place), seed=seed, report=report)
    if out:
        write_table(as_table(outcome.series), out)
    if as_json:
        print(json.dumps(_as_json(outcome), ensure_ascii=False))
    else:
        _print(outcome)


def _as_json(outcome: Outcome) -> dict[str, object]:
    return {
        "results": [asdict(r) for r in outcome.series],
        "thresholds": outcome.thresholds,
        "forecast": asdict(outcome.forecast) if outcome.forecast else None,
        "lead_lag": outcome.lead_lag,
        "scan": [asdict(r) for r in outcome.scan],
        "similar_places": outcome.similar_places,
        "cards": [str(path) for path in outcome.cards],
    }


def _print(outcome: Outcome) -> None:
    print(f"{'budget':<8}{'shape':<8}{'events/day':>12}{'planted':>9}{'found':>8}{'delay d':>9}{'alerts/yr':>11}")
    for r in outcome.series:
        delay = "—" if r.median_delay_days is None else f"{r.median_delay_days:.0f}"
        print(
            f"{r.budget:<8}{r.shape:<8}{r.volume:>12}{r.planted:>9}{r.detected_share:>8.2f}{delay:>9}{r.false_alerts_per_series_year:>11.2f}"
        )
    for budget, t in outcome.thresholds.items():
        print(
            f"threshold for {budget}: {t['in_force']:.2f} finds {t['found_share']:.2f}; "
            f"this city's own year asks {t['recommended']:.2f}, which finds {t['found_share_recommended']:.2f}"
        )
    if outcome.forecast:
        print(
            f"forecast: {outcome.forecast.gain:.0%} better (WIS) than the better of last year's week and the last four weeks' mean"
        )
    print(f"lead-lag: {outcome.lead_lag['pairs']} pairs; {outcome.lead_lag['hits']} of {outcome.lead_lag['listed']} listed came, {outcome.lead_lag['popular_hits']} by popularity")  # fmt: skip
    for r in outcome.scan:
        delay = "—" if r.median_delay_days is None else f"{r.median_delay_days:.0f}"
        print(
            f"scan at {r.budget}: {r.detected_share:.2f} of {r.planted} clusters of {r.events} found, delay {delay} d, "
            f"{r.false_alerts_per_category_year:.1f} alerts a category-year without them"
        )
    if outcome.similar_places:
        told = outcome.similar_places
        print(f"similar places: {told['hits_among_20']:.2f} hits among 20 ({told['lists']} lists), {told['busiest_hits']:.2f} by popularity")  # fmt: skip
    for path in outcome.cards:
        print(path)
