"""`weisu purge`: originals out of the private archive, with proof."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from weisu.cli.options import JsonOption, WorkspaceOption
from weisu.errors import WarehouseError
from weisu.texts import text

if TYPE_CHECKING:
    from ingest.purge import Choice, Purged
    from weisu.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("purge")(purge_command)


def purge_command(
    load: Annotated[str, typer.Option("--load", help="The original of this load alone.")] = "",
    before: Annotated[
        dt.datetime | None,
        typer.Option("--before", formats=["%Y-%m-%d"], help="Originals last loaded before this day."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove original files from the private archive: those past the retention of weisu.toml, or those chosen."""
    from ingest.purge import find_copies, purge
    from weisu.settings import find_workspace
    from weisu.warehouse import single_writer

    if load and before:
        raise typer.BadParameter("give --load or --before, not both")
    place = find_workspace(workspace)
    settings, now = place.settings(), dt.datetime.now(dt.UTC).replace(tzinfo=None)
    if not place.ledger.is_file():
        raise WarehouseError("nothing loaded yet", where=str(place.root), todo="run: weisu load FILE --source NAME")
    choice = _choice(settings, load, before.date() if before else None, now)
    with single_writer(place.var):
        removed = purge(place, choice, now=now, is_dry=dry_run) if choice else []
    copies = [str(p.relative_to(place.root)) for p in find_copies(place.root / "inbox", removed)]
    if as_json:
        _print_json(removed, copies, is_dry=dry_run)
    else:
        _print(removed, copies, settings.city.language, is_dry=dry_run, has_choice=choice is not None)


def _choice(settings: Settings, load: str, before: dt.date | None, now: dt.datetime) -> Choice | None:
    from ingest.purge import Choice

    if load:
        return Choice(load_id=load, reason="load")
    if before:
        return Choice(before=settings.end_of_day(before - dt.timedelta(days=1)), reason=f"before {before}")
    keep = settings.archive.keep_days
    return Choice(before=now - dt.timedelta(days=keep), reason=f"retention of {keep} days") if keep else None


def _print_json(removed: list[Purged], copies: list[str], *, is_dry: bool) -> None:
    import json

    rows = [{"sha256": p.sha256, "bytes": p.bytes, "archived_bytes": p.archived_bytes, "loads": p.load_ids,
             "files": p.labels, "last_loaded_on": p.loaded_on.isoformat()} for p in removed]  # fmt: skip
    told = {"removed": 0 if is_dry else len(rows), "originals": rows, "copies_in_inbox": copies}
    typer.echo(json.dumps(told, ensure_ascii=False))


def _print(removed: list[Purged], copies: list[str], lang: str, *, is_dry: bool, has_choice: bool) -> None:
    for p in removed:
        typer.echo(f"{p.sha256}  {p.bytes:>14,}  {p.loaded_on}  {', '.join(p.load_ids) or '-'}  {', '.join(p.labels)}")
    key = "nothing" if not removed else "would" if is_dry else "done"
    if not has_choice:
        key = "no_retention"
    typer.echo(text(f"ingest.purge.{key}", lang, count=len(removed), size=f"{sum(p.bytes for p in removed):,}"))
    if copies:
        typer.echo(text("ingest.purge.copies", lang, files=", ".join(copies)))
