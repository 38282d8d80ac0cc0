"""`weisu issues`: which tickets are one issue, hottest first."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weisu.cli.options import JsonOption, OutOption

if TYPE_CHECKING:
    import polars as pl

    from detectors.issues.growing import Issue

NEEDED = ("ticket_id", "created_at", "title", "text")


def register(app: typer.Typer) -> None:
    """Add `weisu issues`."""
    app.command("issues")(issues)


def issues(
    tickets: Annotated[
        Path, typer.Argument(help="Table: ticket_id, created_at, title, text[, person][, place][, likes].")
    ],
    out: OutOption,
    trace: Annotated[
        Path | None, typer.Option(help="Also write which issues became one, when, by which ticket.", dir_okay=False)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Group tickets into issues: same matter, same place, at most 90 days apart; ranked by distinct persons."""
    from weisu.table_files import check_target, write_table

    for target in filter(None, (out, trace)):
        check_target(target)
    frame = _typed(_read(tickets), tickets)
    found = _group(frame)
    write_table(_rows(frame, found), out, csv_for="programs")
    if trace:
        write_table(_traces(frame, found), trace, csv_for="programs")
    typer.echo(_summary(found, frame.height, out, as_json))


def _read(path: Path) -> pl.DataFrame:
    """The table; a CSV that is whole by RFC 4180 is taken as it stands, whatever its long messages look like.

    The door's reader guards against a lost quote: it takes a line of a message that alone makes a row for one.
    """
    from weisu.cli.tables import read_columns
    from weisu.table_files import TableError

    try:
        return read_columns(path, NEEDED)
    except TableError:
        whole = _whole_csv(path)
        if whole is None:
            raise
        return whole


def _whole_csv(path: Path) -> pl.DataFrame | None:
    import csv
    import io

    import polars as pl

    try:
        text = path.read_bytes().decode("utf-8-sig")
        header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    except (UnicodeDecodeError, csv.Error, ValueError):
        return None
    rows = [row for row in rows if row]
    if len(set(header)) < len(header) or not set(NEEDED) <= set(header) or any(len(row) != len(header) for row in rows):
        return None
    return pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String), orient="row").with_columns(
        pl.all().replace("", None)
    )


def _typed(frame: pl.DataFrame, path: Path) -> pl.DataFrame:
    """Typed columns in time order; see `weisu.cli.tables` for the errors."""
    import polars as pl

    from weisu.cli.tables import require_number, require_text, require_time

    given = set(frame.columns)
    typed = pl.DataFrame(
        {
            "ticket_id": require_text(frame, "ticket_id", path, unique=True),
            "created_at": require_time(frame, "created_at", path, unit="time"),
            "title": frame["title"].fill_null(""),
            "text": frame["text"].fill_null(""),
            "person": frame["person"] if "person" in given else pl.Series([None] * frame.height, dtype=pl.String),
            "place": frame["place"].fill_null("")
            if "place" in given
            else pl.Series([""] * frame.height, dtype=pl.String),
        }
    )
    if "likes" in given:
        filled = frame.with_columns(pl.col("likes").fill_null("0"))
        typed = typed.with_columns(require_number(filled, "likes", path, 0, 1e12).alias("likes"))
    else:
        typed = typed.with_columns(pl.lit(0.0).alias("likes"))
    return typed.sort("created_at", "ticket_id", maintain_order=True)


def _group(frame: pl.DataFrame) -> list[Issue]:
    import polars as pl

    from detectors.issues.growing import find_issues

    person = frame["person"].rank("dense").cast(pl.Int64).fill_null(0).to_numpy() - 1
    day = frame["created_at"].dt.date().to_physical().to_numpy()
    columns = (frame[name].to_list() for name in ("title", "text"))
    return find_issues(*columns, day, person, frame["place"].to_list(), frame["likes"].to_numpy())


def _rows(frame: pl.DataFrame, found: list[Issue]) -> pl.DataFrame:
    """One row per ticket, hottest issue first; the label is the title of the issue's most typical ticket, masked."""
    import polars as pl

    from ingest.privacy import mask

    ids, created, titles = (frame[name].to_list() for name in ("ticket_id", "created_at", "title"))
    rows = []
    for rank, issue in enumerate(found, start=1):
        label = _label(issue, mask(titles[issue.central].strip(), _language(titles[issue.central]))[0])
        head = (_issue_id(ids[int(issue.members[0])]), rank)
        tail = (label, issue.persons, _date(issue.first_day), _date(issue.last_day), _date(issue.raised_day))
        rows += [(*head, ids[k], created[k], *tail) for k in issue.members.tolist()]
    schema = {
        "issue_id": pl.String, "rank": pl.Int64, "ticket_id": pl.String, "created_at": pl.Datetime("us"), "label": pl.String,
        "persons": pl.Int64, "first_at": pl.Date, "last_at": pl.Date, "raised_on": pl.Date,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _traces(frame: pl.DataFrame, found: list[Issue]) -> pl.DataFrame:
    """One row per issue that became part of another, in the order in which it happened; `tickets` are those it had by then."""
    import polars as pl

    ids = frame["ticket_id"].to_list()
    rows = [
        (_date(one.day), _issue_id(ids[one.first]), _issue_id(ids[int(issue.members[0])]), ids[one.ticket], one.size)
        for issue in found
        for one in issue.joined
    ]
    schema = {
        "joined_on": pl.Date, "former_issue_id": pl.String, "issue_id": pl.String, "by_ticket_id": pl.String, "tickets": pl.Int64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row").sort("joined_on", "former_issue_id")


def _issue_id(first: str) -> str:
    """An issue goes by its oldest ticket."""
    from weisu.identity import stable_id

    return stable_id("issue", first)


def _label(issue: Issue, title: str) -> str:
    """The title, and before it that one author alone drew the likes."""
    if not issue.is_viral:
        return title
    return (
        f"〔一人发帖，{issue.likes:.0f}赞〕{title}"
        if _language(title) == "zh"
        else f"[one author, {issue.likes:.0f} likes] {title}"
    )


def _language(text: str) -> str:
    return "zh" if any("\u4e00" <= char <= "\u9fff" for char in text) else "en"


def _date(day: int | None) -> dt.date | None:
    return None if day is None else dt.date(1970, 1, 1) + dt.timedelta(days=day)


def _summary(found: list[Issue], tickets: int, out: Path, as_json: bool) -> str:
    import json

    several, raised = sum(len(i.members) > 1 for i in found), sum(i.raised_day is not None for i in found)
    if as_json:
        return json.dumps(
            {
                "tickets": tickets,
                "issues": len(found),
                "with_several_tickets": several,
                "raised": raised,
                "out": str(out),
            }
        )
    return f"{tickets} tickets, {several} issues of several tickets, {raised} raised -> {out}"
