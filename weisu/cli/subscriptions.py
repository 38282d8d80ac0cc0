"""`weisu subscriptions add|list|remove`: who wants what."""

from __future__ import annotations

import getpass
import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from weisu.cli.options import JsonOption, WorkspaceOption

if TYPE_CHECKING:
    from weisu.delivery.subscriptions import Subscription

ByOption = Annotated[
    str, typer.Option("--by", metavar="NAME", help="Who decides this; default: the user of the machine.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    subscriptions = typer.Typer(no_args_is_help=True, help="Who gets which reports and alerts.")
    subscriptions.command("add")(add_command)
    subscriptions.command("list")(list_command)
    subscriptions.command("remove")(remove_command)
    app.add_typer(subscriptions, name="subscriptions")


def add_command(
    recipient: Annotated[str, typer.Argument(help="A name of var/delivery.toml.")],
    what: Annotated[str, typer.Argument(help="weekly, monthly or alerts.")],
    category: Annotated[
        str | None, typer.Option("--category", help="Alerts of this category and those under it.")
    ] = None,
    area: Annotated[str | None, typer.Option("--area", help="Alerts of this area and those within it.")] = None,
    level: Annotated[int, typer.Option("--level", help="Alerts of this level and more pressing ones; 1 to 4.")] = 4,
    daily: Annotated[bool, typer.Option("--daily", help="Alerts once a day together, not at once.")] = False,
    unreviewed: Annotated[bool, typer.Option("--unreviewed", help="Also alerts that nobody reviewed yet.")] = False,
    quiet: Annotated[str, typer.Option("--quiet", metavar="HH:MM-HH:MM", help="Hours in which nothing is sent.")] = "",
    lang: Annotated[str, typer.Option("--lang", help="zh or en; default: the city's language.")] = "",
    by: ByOption = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Subscribe a recipient; what was there before is not sent."""
    from weisu.cli.build import utc_now
    from weisu.delivery.address_book import read_address_book
    from weisu.delivery.rights import demand
    from weisu.delivery.subscriptions import Subscription, subscribe
    from weisu.settings import find_workspace
    from weisu.store import open_store

    place = find_workspace(workspace)
    known = read_address_book(place).find(recipient)
    given = Subscription(
        recipient, what, lang or place.settings().city.language, by or getpass.getuser(), utc_now(),
        category_key=category, area_key=area, least_level=level, pace="daily" if daily else "at_once", quiet=quiet,
        has_unreviewed=unreviewed,
    )  # fmt: skip
    engine = open_store(place)
    try:
        demand(engine, known, given)
        _print([subscribe(engine, given)], as_json)
    finally:
        engine.dispose()


def list_command(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """The subscriptions in force."""
    from weisu.delivery.subscriptions import list_subscriptions
    from weisu.settings import find_workspace
    from weisu.store import open_store

    engine = open_store(find_workspace(workspace))
    try:
        _print(list_subscriptions(engine), as_json)
    finally:
        engine.dispose()


def remove_command(
    subscription: Annotated[str, typer.Argument(metavar="ID", help="See weisu subscriptions list.")],
    by: ByOption = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """End a subscription."""
    from weisu.cli.build import utc_now
    from weisu.delivery.subscriptions import unsubscribe
    from weisu.settings import find_workspace
    from weisu.store import open_store

    engine = open_store(find_workspace(workspace))
    try:
        _print([unsubscribe(engine, subscription, actor=by or getpass.getuser(), now=utc_now())], as_json)
    finally:
        engine.dispose()


def _print(found: list[Subscription], as_json: bool) -> None:
    if as_json:
        print(json.dumps([_facts(one) for one in found], ensure_ascii=False))
    else:
        print("\n".join(map(_line, found)) or "no subscriptions")


def _facts(one: Subscription) -> dict[str, Any]:
    times = {name: getattr(one, name).isoformat(timespec="seconds") for name in ("recorded_at", "since_at")}
    return {name: value for name, value in vars(one).items() if name != "position"} | times


def _line(one: Subscription) -> str:
    parts = [one.subscription_id, one.recipient, one.what, one.lang]
    if one.what == "alerts":
        parts += [
            f"category {one.category_key or 'all'}",
            f"area {one.area_key or 'all'}",
            f"level 1-{one.least_level}",
        ]
        parts += [one.pace.replace("_", " ")] + ["also unreviewed"] * one.has_unreviewed
    parts += [f"quiet {one.quiet}"] * bool(one.quiet) + ["ended"] * (not one.is_active)
    return "  ".join(parts)
