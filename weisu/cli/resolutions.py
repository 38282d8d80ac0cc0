"""`weisu report resolutions list|decide|add|undo`: what reports asked a committee to decide, what was decided, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from weisu.cli.options import JsonOption, WorkspaceOption

if TYPE_CHECKING:
    import sqlalchemy as sa

    from weisu.resolutions import Resolution
    from weisu.settings import Workspace

ItemArgument = Annotated[str, typer.Argument(metavar="ID", help="The item; see weisu report resolutions list.")]
ByOption = Annotated[str, typer.Option("--by", metavar="NAME", help="Who decided it, or reports what came of it.")]
OwnerOption = Annotated[str | None, typer.Option("--owner", metavar="UNIT", help="Who is responsible.")]
DueOption = Annotated[str | None, typer.Option("--due", metavar="DATE", help="By when, YYYY-MM-DD.")]
SeenOption = Annotated[int | None, typer.Option("--seen", metavar="N", help="The state that was looked at; refused when there is a newer one.")]  # fmt: skip


def register(reports: typer.Typer) -> None:
    """Add the commands to `weisu report`."""
    group = typer.Typer(help="Items for decision: what was asked, what was decided, what came of it.", no_args_is_help=True)  # fmt: skip
    group.command("list")(list_command)
    group.command("decide")(decide_command)
    group.command("add")(add_command)
    group.command("undo")(undo_command)
    reports.add_typer(group, name="resolutions")


def list_command(
    period: Annotated[str | None, typer.Option("--period", metavar="YYYY-MM", help="Of this month's report only.")] = None,
    is_open: Annotated[bool, typer.Option("--open", help="Only those that nobody answered or decided on, or of which nothing came yet.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """List items with their newest state, the latest months first; ! marks one whose day is over."""
    from weisu.cli.build import utc_now
    from weisu.resolutions import AWAITED, newest

    with _store(workspace) as (place, engine):
        found = [one for one in newest(engine) if period in (None, one.period)]
    if is_open:
        found = [one for one in found if one.status in AWAITED]
    today = place.settings().local_day(utc_now())
    rows = [_row(one) | {"is_overdue": one.is_overdue(today)} for one in found]
    if as_json:
        return print(json.dumps({"resolutions": rows}, ensure_ascii=False))
    for row in rows:
        print(f"{'!' if row['is_overdue'] else ' '} {row['resolution_id']} {row['period']} {row['status']:<9} {row['due_on'] or '-':<10} {row['owner'] or '-'}: {row['text']}")  # fmt: skip
        print(f"    -> {row['outcome']}") if row["outcome"] else None
    return None


def decide_command(
    item: ItemArgument,
    status: Annotated[str, typer.Option("--status", help="adopted, rejected, done or failed.")],
    by: ByOption,
    outcome: Annotated[str, typer.Option("--outcome", metavar="TEXT", help="Why it was rejected, what was done, why it failed.")] = "",
    owner: OwnerOption = None,
    due: DueOption = None,
    seen: SeenOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Record what was decided on an item, or what came of it; adopted again changes owner or day."""
    from weisu.cli.build import parse_day, utc_now
    from weisu.cli.door import mask_typed
    from weisu.resolutions import decide

    day = parse_day(due, "--due")
    with _store(workspace) as (_, engine):
        made = decide(engine, item, status, by=by, now=utc_now(), mask=mask_typed, owner=owner, due_on=day, outcome=outcome, seen=seen)  # fmt: skip
    _told(made, as_json)


def add_command(
    words: Annotated[str, typer.Option("--text", metavar="TEXT", help="What was decided.")],
    by: ByOption,
    period: Annotated[str | None, typer.Option("--period", metavar="YYYY-MM", help="The month of the report that the committee had before it; default: the last one.")] = None,
    owner: OwnerOption = None,
    due: DueOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Record an item that the committee decided by itself."""
    from weisu.cli.build import parse_day, utc_now
    from weisu.cli.door import mask_typed
    from weisu.resolutions import add, meeting_period

    day = parse_day(due, "--due")
    with _store(workspace) as (place, engine):
        month = period or meeting_period(place.settings().local_day(utc_now()))
        made = add(engine, text=words, owner=owner or "", due_on=day, period=month, by=by, now=utc_now(), mask=mask_typed)  # fmt: skip
    _told(made, as_json)


def undo_command(item: ItemArgument, by: ByOption, seen: SeenOption = None, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:  # fmt: skip
    """Take back what was said last of an item."""
    from weisu.cli.build import utc_now
    from weisu.resolutions import take_back

    with _store(workspace) as (_, engine):
        made = take_back(engine, item, by=by, now=utc_now(), seen=seen)
    _told(made, as_json)


@contextmanager
def _store(workspace: Path | None) -> Iterator[tuple[Workspace, sa.Engine]]:
    from weisu.settings import find_workspace
    from weisu.store import open_store

    place = find_workspace(workspace)
    engine = open_store(place)
    try:
        yield place, engine
    finally:
        engine.dispose()


def _row(one: Resolution) -> dict[str, Any]:
    days = {"due_on": one.due_on.isoformat() if one.due_on else None, "recorded_at": one.recorded_at.isoformat(timespec="seconds")}  # fmt: skip
    return vars(one) | days


def _told(made: Resolution, as_json: bool) -> None:
    print(json.dumps(_row(made), ensure_ascii=False) if as_json else f"{made.resolution_id} {made.status}")
