"""`weisu backtest`: how well the detectors would have done on the city's own history."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from weisu.cli.options import JsonOption, WorkspaceOption


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
    """Plant outbreaks in the published history; print false alarms, detection and delay; write the model card."""
    from flows.backtest import as_table, backtest
    from weisu.publishing import current
    from weisu.settings import find_workspace
    from weisu.table_files import check_target, write_table

    if out:
        check_target(out)
    place = find_workspace(workspace)
    results, card = backtest(place, current(place), seed=seed)
    if out:
        write_table(as_table(results), out)
    if as_json:
        print(json.dumps({"card": str(card), "results": [vars(r) for r in results]}, ensure_ascii=False))
        return
    print(f"{'shape':<8}{'events/day':>12}{'series':>8}{'detected':>10}{'delay d':>9}{'alerts/yr':>11}")
    for r in results:
        delay = "—" if r.median_delay_days is None else f"{r.median_delay_days:.0f}"
        print(
            f"{r.shape:<8}{r.volume:>12}{r.series:>8}{r.detected_share:>10.2f}{delay:>9}{r.false_alerts_per_series_year:>11.2f}"
        )
    print(f"model card: {card}")
