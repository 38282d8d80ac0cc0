"""`weisu deliver run|status|test`: send what is due, say what was sent and what not, try a channel."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from weisu.cli.options import JsonOption, WorkspaceOption
from weisu.errors import CheckFailed

if TYPE_CHECKING:
    from flows.issuing import Plan
    from weisu.delivery.outbox import Bundle


def register(app: typer.Typer) -> None:
    """Add the commands."""
    deliver = typer.Typer(no_args_is_help=True, help="Send reports and alerts to those who subscribed.")
    deliver.command("run")(run_command)
    deliver.command("status")(status_command)
    deliver.command("test")(try_command)
    app.add_typer(deliver, name="deliver")


def run_command(
    again: Annotated[bool, typer.Option("--again", help="Try what was given up once more.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Issue the reports that are due, send what is due; what `weisu serve` does by itself."""
    from flows.delivering import deliver
    from flows.pipeline import publication_as_of
    from weisu.cli.build import utc_now
    from weisu.settings import find_workspace

    place = find_workspace(workspace)
    if again:
        _begin_again(place)
    done = deliver(place, clock=utc_now, publication_as_of=partial(publication_as_of, place, now=utc_now()))
    told = {
        "issued": [issue.name for issue in done.issued],
        "left": [_plan(plan) for plan in done.left],
        "tried": [_row(bundle) for bundle in done.tried],
        "is_busy": done.is_busy,
    }
    _print(told, as_json, [*(f"issued {n}" for n in told["issued"]), *map(_line, told["left"] + told["tried"])])
    if lost := sum(bundle.state == "given_up" for bundle in done.tried):
        raise CheckFailed(f"{lost} given up", where="deliver", todo="mend the cause, then: weisu deliver run --again")


def status_command(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """What is due, what waits and what was sent in the last 60 days, per recipient and document."""
    from flows.issuing import plans
    from weisu.cli.build import utc_now
    from weisu.delivery.outbox import bundles
    from weisu.settings import find_workspace
    from weisu.store import open_store

    place = find_workspace(workspace)
    engine = open_store(place)
    try:
        told = {
            "reports": [_plan(plan) for plan in plans(place, engine, utc_now())],
            "deliveries": [_row(bundle) for bundle in bundles(engine, utc_now())],
        }
    finally:
        engine.dispose()
    _print(told, as_json, list(map(_line, told["reports"] + told["deliveries"])))


def try_command(
    recipient: Annotated[str, typer.Argument(help="A name of var/delivery.toml.")],
    lang: Annotated[str, typer.Option("--lang", help="zh or en; default: the city's language.")] = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send one recipient a test message now, whatever the hour."""
    from weisu.cli.build import utc_now
    from weisu.delivery.address_book import read_address_book
    from weisu.delivery.sending import send_test
    from weisu.settings import find_workspace
    from weisu.texts import check_language

    place = find_workspace(workspace)
    chosen = lang or place.settings().city.language
    check_language(chosen)
    send_test(place, read_address_book(place), recipient, lang=chosen, now=utc_now())
    _print({"recipient": recipient, "state": "sent"}, as_json, [f"sent to {recipient}"])


def _begin_again(place: Any) -> None:
    from weisu.cli.build import utc_now
    from weisu.delivery.outbox import begin_again, bundles
    from weisu.delivery.sending import one_sender
    from weisu.store import open_store

    engine = open_store(place)
    try:
        with one_sender(place):
            begin_again(engine, bundles(engine, utc_now()), utc_now())
    finally:
        engine.dispose()


def _plan(plan: Plan) -> dict[str, Any]:
    return {"document": plan.name, "state": plan.state, "is_complete": plan.is_complete}


def _row(bundle: Bundle) -> dict[str, Any]:
    last, due = (bundle.attempts[-1] if bundle.attempts else None), bundle.due_at
    return {
        "recipient": bundle.recipient,
        "document": ", ".join(parcel.document for parcel in bundle.parcels),
        "state": bundle.state,
        "attempts": sum(a.state == "started" for a in bundle.attempts),
        "detail": last.detail if last else "",
        "left_out": [parcel.document for parcel in bundle.left_out],
        "noted_at": last.noted_at.isoformat(timespec="seconds") if last else None,
        "due_at": due.isoformat(timespec="seconds") if due else None,
    }


def _line(row: dict[str, Any]) -> str:
    to = f" -> {row['recipient']}" if "recipient" in row else ""
    detail = f" ({row['detail']})" if row.get("detail") else ""
    left_out = f", left out: {', '.join(row['left_out'])}" if row.get("left_out") else ""
    next_at = f", next {row['due_at']} UTC" if row.get("due_at") else ""
    return f"{row['state']:<9} {row['document']}{to}{detail}{left_out}{next_at}"


def _print(told: dict[str, Any], as_json: bool, lines: list[str]) -> None:
    print(json.dumps(told, ensure_ascii=False) if as_json else "\n".join(lines) or "nothing to send")
