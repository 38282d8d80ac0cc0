"""`weisu similar`: past cases like a ticket's: what was done, by whom, how long, whether it held; and those that are not settled."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from weisu.cli.options import JsonOption, WorkspaceOption
from weisu.errors import WarehouseError
from weisu.texts import check_language, text

if TYPE_CHECKING:
    import polars as pl

LONGEST = 200  # characters of a text in a line
TOLD = ("likeness", "is_settled", "outcome_code", "ticket_id", "created_on", "closed_on", "category_key", "title", "text", "reply", "unit", "place", "days")  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("similar")(similar_command)


def similar_command(
    ticket: Annotated[str, typer.Argument(metavar="TICKET_ID", help="As in weisu export tickets.")],
    lang: Annotated[str | None, typer.Option("--lang", help="zh or en; default: the city's language.")] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the nearest settled and unsettled cases of the current publication, masked."""
    from dashboards.queries import similar as queries
    from dashboards.queries.marts import Marts
    from weisu.publishing import current
    from weisu.settings import find_workspace

    place = find_workspace(workspace)
    lang = lang or place.settings().city.language
    check_language(lang)
    publication = current(place)
    marts = Marts(publication.path, publication.name)
    try:
        if not queries.has_index(marts):
            raise WarehouseError(text("app.similar.no_index", lang), where=publication.name, todo="run: weisu build")
        matters = queries.of_ticket(marts, ticket)
        if not matters:
            raise WarehouseError("no such ticket in the publication", where=ticket, todo="run: weisu export tickets")
        rows = queries.similar(marts, matters)
    finally:
        marts.close()
    typer.echo(_as_json(rows) if as_json else "\n".join(_lines(rows, lang)))


def _as_json(rows: pl.DataFrame) -> str:
    kept = [name for name in TOLD if name in rows.columns]
    return json.dumps({"cases": rows.select(kept).to_dicts()}, ensure_ascii=False, default=str)


def _lines(rows: pl.DataFrame, lang: str) -> list[str]:
    lines = []
    for kind, is_settled in (("settled", True), ("unsettled", False)):
        lines.append(text(f"app.similar.{kind}", lang))
        found = rows.filter(is_settled=is_settled).to_dicts() if rows.height else []
        lines += [line for row in found for line in _case(row, lang)] or ["  " + text(f"app.similar.no_{kind}", lang)]
    return lines


def _case(row: dict, lang: str) -> list[str]:
    outcome = text(f"app.similar.outcome_{row['outcome_code']}", lang) if row["outcome_code"] else None
    days = None if row["days"] is None else f"{row['days']:.1f} d"
    known = [row["ticket_id"], str(row["created_on"]), row["unit"], days, outcome, row["place"]]
    head = f"  {row['likeness']:.2f}  " + " · ".join(part for part in known if part)
    return [head, *(f"        {_short(row[name])}" for name in ("title", "reply") if row[name])]


def _short(said: str) -> str:
    line = " ".join(said.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
