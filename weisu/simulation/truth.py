"""What was planted: truth.csv and truth_tickets.csv."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from weisu.simulation.events import Plan

COLUMNS = ("event_id", "class", "kind", "category", "area", "place", "start_on", "end_on", "tickets", "note")


def write_truth(folder: Path, plan: Plan, links: pl.DataFrame) -> None:
    """One row per planted event with the number of its tickets, and one row per ticket of an event.

    Args:
        links: event (number of the event), ticket_id.
    """
    events = (
        pl.DataFrame([event.truth() for event in plan.events])
        .with_row_index("event")
        .with_columns(pl.col("event").cast(pl.Int32))
    )
    counts = links.group_by("event").len("tickets")
    listed = events.join(counts, on="event", how="left", maintain_order="left").with_columns(
        pl.col("tickets").fill_null(0)
    )
    listed.select(COLUMNS).write_csv(folder / "truth.csv")
    links.join(events.select("event", "event_id"), on="event").select("event_id", "ticket_id").sort(
        "event_id", "ticket_id"
    ).write_csv(folder / "truth_tickets.csv")
