"""`weisu text correct|corrections`: say what the lexicon counted wrongly or missed; `weisu text category|categories`: give tickets a category.

The judgements can be taken home as labelled data.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weisu.cli.options import JsonOption, OutOption, WorkspaceOption
from weisu.errors import WarehouseError

if TYPE_CHECKING:
    import sqlalchemy as sa

    from dashboards.queries.marts import Marts
    from weisu.category_reviews import CategoryReview
    from weisu.word_reviews import WordReview

GIVEN = (
    "ticket_id",
    "verdict",
    "category_key",
    "category_now",
    "title",
    "text",
    "created_on",
    "note",
    "actor",
    "reviewed_at",
)
LABELS = ("term_kind", "verdict", "is_meant", "words", "title", "text", "ticket_id", "created_on", "area", "tickets", "note", "actor", "reviewed_at", "text_hash")  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the commands."""
    texts = typer.Typer(help="Correct what was read in tickets, and export the corrections.", no_args_is_help=True)
    texts.command("correct")(correct_command)
    texts.command("corrections")(corrections_command)
    texts.command("category")(category_command)
    texts.command("categories")(categories_command)
    app.add_typer(texts, name="text")


def correct_command(
    ticket: Annotated[str, typer.Argument(metavar="TICKET", help="Its id or key, as in weisu export tickets.")],
    kind: Annotated[str, typer.Option("--kind", help="life_safety, self_harm, threat, crowd, risk, sensitive, emotion …")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who judges.")],
    right: Annotated[bool, typer.Option("--right", help="The words mean this kind.")] = False,
    wrong: Annotated[bool, typer.Option("--wrong", help="The words do not mean it: not counted from the next build on.")] = False,
    missing: Annotated[bool, typer.Option("--missing", help="Nothing was counted, and yet it is meant: counted from the next build on.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take back the last judgement.")] = False,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Why.")] = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Say whether a ticket's words mean a kind; all tickets with the same text are judged, and the next build counts so."""
    given = [name for name, is_given in (("right", right), ("wrong", wrong), ("missing", missing), ("undo", undo)) if is_given]  # fmt: skip
    if len(given) != 1:
        raise typer.BadParameter("give one of --right, --wrong, --missing, --undo")
    with _opened(workspace) as (marts, engine):
        made = _judge(marts, engine, ticket, kind, given[0], by=by, note=note)
    told = {"ticket": ticket, "kind": kind, "verdict": made.verdict, "review_id": made.review_id}
    typer.echo(
        json.dumps(told, ensure_ascii=False) if as_json else f"{ticket}: {kind}, {made.verdict}; run: weisu build"
    )


def corrections_command(out: OutOption, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Write what people judged, one row per text and kind, with the masked text: labelled data for the lexicon."""
    from dashboards.queries import words
    from weisu.table_files import check_target, write_table
    from weisu.word_reviews import in_force, list_word_reviews

    check_target(out)
    with _opened(workspace) as (marts, engine):
        rows = words.judged(marts, in_force(list_word_reviews(engine))).select(LABELS)
    write_table(rows, out)
    typer.echo(
        json.dumps({"rows": rows.height, "file": str(out)}) if as_json else f"{rows.height} rows written to {out}"
    )


def _judge(marts: Marts, engine: sa.Engine, ticket: str, kind: str, verdict: str, *, by: str, note: str) -> WordReview:
    from dashboards.queries import words
    from weisu.cli.build import utc_now
    from weisu.cli.door import mask_typed
    from weisu.word_reviews import KINDS, in_force, last_seen, list_word_reviews, review_word

    found = words.of_ticket(marts, ticket)
    if found is None:
        raise WarehouseError("no such ticket in the publication", where=ticket, todo="run: weisu export tickets")
    reviews = list_word_reviews(engine)
    word = (found["text_hash"], kind)
    is_hit = kind in words.hits_of(found["term_hits"]) or word in in_force(reviews)
    if kind in KINDS and verdict != "undo" and (verdict == "missing") == is_hit:
        todo = "say --right or --wrong of it" if is_hit else "say --missing when the text means it all the same"
        raise WarehouseError(f"{kind} was {'' if is_hit else 'not '}counted in this ticket", where=ticket, todo=todo)
    if not found["has_text"]:
        raise WarehouseError("the ticket has no words", where=ticket, todo="nothing can be counted in it")
    return review_word(engine, text_hash=word[0], term_kind=kind, verdict=verdict, ticket_key=found["ticket_key"], actor=by, note=note,
                       now=utc_now(), seen=last_seen(reviews).get(word), mask=mask_typed)  # fmt: skip


def category_command(
    ticket: Annotated[str, typer.Argument(metavar="TICKET", help="Its id or key, as in weisu export tickets.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides.")],
    given: Annotated[str | None, typer.Option("--as", metavar="CATEGORY", help="The category it is, parts joined by ->; counted so from the next build on.")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="It stays as it is, whatever is suggested.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take back the last decision.")] = False,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Why.")] = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Give a ticket a category, or leave it in its own; the ledger keeps what its source says."""
    verdicts = [name for name, is_said in (("assign", given is not None), ("keep", keep), ("undo", undo)) if is_said]
    if len(verdicts) != 1:
        raise typer.BadParameter("give one of --as CATEGORY, --keep, --undo")
    with _opened(workspace) as (marts, engine):
        made = _give(marts, engine, ticket, verdicts[0], given, by=by, note=note)
    told = {
        "ticket": ticket,
        "verdict": made.verdict,
        "category_key": made.category_key,
        "review_id": made.review_id,
    }
    typer.echo(
        json.dumps(told, ensure_ascii=False)
        if as_json
        else f"{ticket}: {made.verdict} {made.category_key}; run: weisu build"
    )


def categories_command(out: OutOption, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Write which categories people gave, one row per ticket, with the masked text."""
    import polars as pl

    from dashboards.queries import category_help
    from weisu.category_reviews import in_force, list_category_reviews
    from weisu.table_files import check_target, write_table

    check_target(out)
    with _opened(workspace) as (marts, engine):
        judged = in_force(list_category_reviews(engine))
        schema = {"ticket_key": pl.String, "verdict": pl.String, "category_key": pl.String, "note": pl.String, "actor": pl.String, "reviewed_at": pl.Datetime}  # fmt: skip
        made = pl.DataFrame([vars(r) for r in judged.values()], schema=schema)
        rows = made.join(category_help.of_keys(marts, list(judged)), on="ticket_key", how="left").select(GIVEN)
    write_table(rows, out)
    typer.echo(
        json.dumps({"rows": rows.height, "file": str(out)}) if as_json else f"{rows.height} rows written to {out}"
    )


def _give(marts: Marts, engine: sa.Engine, ticket: str, verdict: str, given: str | None, *, by: str, note: str) -> CategoryReview:  # fmt: skip
    from dashboards.queries import category_help
    from weisu.category_reviews import last_seen, list_category_reviews, review_category
    from weisu.cli.build import utc_now
    from weisu.cli.door import mask_typed

    found = category_help.of_ticket(marts, ticket)
    if found is None:
        raise WarehouseError("no such ticket in the publication", where=ticket, todo="run: weisu export tickets")
    if given is not None and given not in category_help.known(marts):
        raise WarehouseError("no such category in the publication", where=given, todo="parts are joined by ->; a new one is a row of reference/categories.csv")  # fmt: skip
    seen = last_seen(list_category_reviews(engine)).get(found["ticket_key"])
    return review_category(engine, ticket_key=found["ticket_key"], verdict=verdict, category_key=given or found["category_key"] or "-", actor=by, note=note,
                           now=utc_now(), seen=seen, mask=mask_typed)  # fmt: skip


@contextmanager
def _opened(workspace: Path | None) -> Iterator[tuple[Marts, sa.Engine]]:
    """The current publication and the acts store.

    Raises:
        WarehouseError: nothing is published, or an earlier release made it.
    """
    from dashboards.queries import words
    from dashboards.queries.marts import Marts
    from weisu.publishing import current
    from weisu.settings import find_workspace
    from weisu.store import open_store

    place = find_workspace(workspace)
    publication = current(place)
    marts, engine = Marts(publication.path, publication.name), open_store(place)
    try:
        if not words.has_words(marts):
            raise WarehouseError("made by an earlier release", where=publication.name, todo="run: weisu build")
        yield marts, engine
    finally:
        marts.close()
        engine.dispose()
