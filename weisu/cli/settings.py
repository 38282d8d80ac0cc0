"""`weisu settings list|show|set|undo|history`: what the city decided, each change with author and reason."""

from __future__ import annotations

import datetime as dt
import getpass
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from weisu.cli.options import JsonOption, WorkspaceOption

if TYPE_CHECKING:
    from weisu.list_rows import Rows
    from weisu.setting_history import Change, Desk
    from weisu.settings import Workspace

ByOption = Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides this; default: the user of the machine.")]  # fmt: skip
ReasonOption = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, in one sentence; kept with the change.")]  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the commands."""
    settings = typer.Typer(no_args_is_help=True, help="Settings and lists of the city, and who changed them.")
    for name, command in (("list", list_command), ("show", show_command), ("set", set_command), ("undo", undo_command), ("history", history_command)):  # fmt: skip
        settings.command(name)(command)
    app.add_typer(settings, name="settings")


def list_command(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """All settings with their values."""
    from weisu.setting_items import ITEMS

    found = [_told(_place(workspace), item.key) for item in ITEMS]
    print(json.dumps(found, ensure_ascii=False) if as_json else "\n".join(f"{one['setting']} = {_plain(one['value'])}" for one in found))  # fmt: skip


def show_command(
    key: Annotated[str, typer.Argument(metavar="SETTING", help="Such as alerts.weekly_budget.")],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """One setting: value, default, range, what it does and when a change of it is heard."""
    place = _place(workspace)
    told = _told(place, key)
    if as_json:
        return print(json.dumps(told, ensure_ascii=False))
    for name in ("value", "default", "allowed", "effect", "meaning"):
        print(f"{name:8} {_plain(told[name])}")
    return None


def set_command(
    given: Annotated[list[str], typer.Argument(metavar="NAME=VALUE...", help="Settings (alerts.fdr=0.05), weights (level.2=30), or one list and a file (duties=FILE.csv).")],
    reason: ReasonOption,
    by: ByOption = "",
    valid_from: Annotated[dt.datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="Weights: the day from which they hold.")] = None,
    version: Annotated[str, typer.Option("--version", help="Weights: the name of the new version.")] = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Change settings, weights or a list, after the checks that a build makes."""
    from weisu.setting_changes import change_settings, replace_list
    from weisu.setting_files import content_of, fingerprint
    from weisu.setting_values import list_name, parsed
    from weisu.settings import SETTINGS_FILE
    from weisu.weight_rows import with_weights

    desk, told = _desk(workspace), _author(by, reason)
    values = dict(_split(one) for one in given)
    name = list_name(values)
    file = name or ("weights.csv" if valid_from else SETTINGS_FILE)
    seen = fingerprint(content_of(desk.workspace, file))
    if name:
        made = replace_list(desk, file, _read(Path(next(iter(values.values())))), seen=seen, told=told)
    elif valid_from:
        content = with_weights(desk, values, valid_from=valid_from.date(), version=version, told=told)
        made = replace_list(desk, file, content, seen=seen, told=told)
    else:
        made = change_settings(desk, parsed(values), seen=seen, told=told)
    _finish(desk, made, as_json)


def undo_command(
    change: Annotated[str, typer.Argument(metavar="ID", help="See weisu settings history.")],
    reason: ReasonOption,
    by: ByOption = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Restore what stood before a change, as a further change."""
    from weisu.setting_changes import undo_change

    desk = _desk(workspace)
    _finish(desk, undo_change(desk, change, told=_author(by, reason)), as_json)


def history_command(
    key: Annotated[str, typer.Argument(metavar="SETTING", help="Of this setting or list only, such as duties.csv.")] = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """All changes, newest first; what was changed by hand has no author."""
    from weisu.setting_files import FILES
    from weisu.setting_history import list_changes, look

    desk = _desk(workspace)
    for file in FILES:
        look(desk, file, now=_now())
    found = [c for c in list_changes(desk.engine) if key in ("", c.file, *c.after, *c.before)]
    if as_json:
        print(json.dumps([_facts(change) for change in found], ensure_ascii=False))
    else:
        print("\n".join(map(_line, found)) or "no changes")


def check_list(workspace: Workspace, file: str, content: bytes) -> Rows:
    """Read a list as a build reads it.

    Args:
        file: one of `weisu.setting_files.LISTS`.

    Raises:
        SettingChangeError: a build would refuse it, or it would be empty without a header.
    """
    from ingest.reference import TABLES, read_list
    from weisu.errors import WeisuError
    from weisu.list_rows import Rows
    from weisu.rulebook import COLUMNS, check_own
    from weisu.setting_files import SettingChangeError

    if not content.strip():
        raise SettingChangeError("is empty", where=file, todo="keep its first line, the names of the columns")
    is_weights = file == "weights.csv"
    with tempfile.TemporaryDirectory(prefix="list-", dir=workspace.var) as folder:
        path = Path(folder) / file
        path.write_bytes(content)
        try:
            rows = [[getattr(w, c) for c in COLUMNS] for w in check_own(workspace, path)] if is_weights else read_list(path)  # fmt: skip
        except WeisuError as error:
            raise SettingChangeError(error.what, where=error.where.replace(str(path), file), todo=error.todo) from error
    columns = COLUMNS if is_weights else tuple(TABLES[path.stem])
    return Rows(columns, tuple(tuple(_cell(value) for value in row) for row in rows))


def _cell(value: object) -> str:
    return "" if value is None else f"{value:.12g}" if isinstance(value, float) else str(value).lower() if isinstance(value, bool) else str(value)  # fmt: skip


def _place(workspace: Path | None) -> Workspace:
    from weisu.settings import find_workspace

    return find_workspace(workspace)


def _desk(workspace: Path | None) -> Desk:
    from weisu.cli.door import mask_typed
    from weisu.setting_history import Desk
    from weisu.store import open_store

    place = _place(workspace)
    return Desk(open_store(place), place, check_list, mask_typed)


def _now() -> dt.datetime:
    from weisu.cli.build import utc_now

    return utc_now()


def _author(by: str, reason: str) -> Any:
    from weisu.setting_changes import Told

    return Told(by or getpass.getuser(), reason, _now())


def _split(given: str) -> tuple[str, str]:
    name, sign, value = given.partition("=")
    if not sign:
        raise typer.BadParameter(f"{given[:40]} has no =; write NAME=VALUE")
    return name.strip(), value.strip()


def _read(path: Path) -> bytes:
    return path.read_bytes()


def _told(place: Workspace, key: str) -> dict[str, Any]:
    from weisu.setting_values import described

    return described(place.settings(), key)


def _finish(desk: Desk, made: Change, as_json: bool) -> None:
    from weisu.audit import record

    record(desk.engine, now=made.changed_at, actor=made.actor, role="", what="change", subject=f"setting {made.subject}", detail={"change_id": made.change_id})  # fmt: skip
    desk.engine.dispose()
    print(json.dumps(_facts(made), ensure_ascii=False) if as_json else _line(made))


def _facts(change: Change) -> dict[str, Any]:
    return vars(change) | {"changed_at": change.changed_at.isoformat(timespec="seconds")}


def _line(change: Change) -> str:
    parts = [f"{change.changed_at:%Y-%m-%d %H:%M}", change.change_id, change.act, change.actor or "by hand", change.subject]  # fmt: skip
    if change.file == "weisu.toml":
        parts.append(", ".join(f"{_plain(change.before.get(k))} -> {_plain(v)}" for k, v in change.after.items()))
    else:
        parts.append(", ".join(f"{n} {kind}" for kind, n in change.after.items() if kind != "sha256"))
    return "  ".join(part for part in [*parts, change.reason] if part)


def _plain(value: object) -> str:
    return "not written" if value is None else ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)  # fmt: skip
