"""`weisu users`: accounts of the dashboard; `weisu audit export`: who did what."""

from __future__ import annotations

import datetime as dt
import getpass
import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from weisu.cli.options import JsonOption, OutOption, WorkspaceOption
from weisu.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

    import sqlalchemy as sa

    from weisu.accounts import Account

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the account, as one signs in.")]
RoleOption = Annotated[str, typer.Option("--role", help="viewer, analyst, district_officer, manager or admin.")]
AreaOption = Annotated[str, typer.Option("--area", help="Key of a district officer's area, such as 东区 or 东区/一街.")]
AT_THE_SHELL = "shell"  # who changes accounts by the command line


def register(app: typer.Typer) -> None:
    """Add the commands."""
    users = typer.Typer(no_args_is_help=True, help="Accounts of the dashboard: who may see and do what.")
    for name, command in (("add", add), ("list", show), ("role", set_role), ("password", set_password), ("disable", disable), ("enable", enable)):  # fmt: skip
        users.command(name)(command)
    app.add_typer(users, name="users")
    audit = typer.Typer(no_args_is_help=True, help="The audit log of the dashboard.")
    audit.callback()(_audit)
    audit.command("export")(export_audit)
    app.add_typer(audit, name="audit")


def _audit() -> None:
    """The audit log of the dashboard."""


def add(
    name: NameArgument,
    role: RoleOption,
    area: AreaOption = "",
    no_password: Annotated[
        bool, typer.Option("--no-password", help="A gateway or an identity provider vouches for the name.")
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add an account; the password is asked for, or read from standard input."""
    from weisu.accounts import add_account

    engine = _engine(workspace, area)
    password = None if no_password else _password()
    _say(add_account(engine, name=name, role=role, area_key=area or None, password=password, changed_by=AT_THE_SHELL, now=_now()), as_json)  # fmt: skip


def show(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List the accounts."""
    from weisu.accounts import list_accounts

    accounts = list_accounts(_engine(workspace))
    if as_json:
        print(json.dumps([_told(account) for account in accounts], ensure_ascii=False))
        return
    for account in accounts:
        print("\t".join((account.name, account.role, account.area_key or "*", "disabled" if account.is_disabled else "active")))  # fmt: skip


def set_role(
    name: NameArgument,
    role: RoleOption,
    area: AreaOption = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give an account another role; it holds at its next click."""
    from weisu.accounts import change_account

    engine = _engine(workspace, area)
    _say(change_account(engine, name, role=role, area_key=area or None, changed_by=AT_THE_SHELL, now=_now()), as_json)


def set_password(name: NameArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Set a password; whoever is signed in by the old one is signed out."""
    from weisu.accounts import change_account

    engine = _engine(workspace)
    _say(change_account(engine, name, password=_password(), changed_by=AT_THE_SHELL, now=_now()), as_json)


def disable(name: NameArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Take an account out of use; it is out at its next click."""
    _switch(name, workspace, is_disabled=True, as_json=as_json)


def enable(name: NameArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Bring a disabled account back."""
    _switch(name, workspace, is_disabled=False, as_json=as_json)


def export_audit(out: OutOption, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Write the audit log, newest first, as .csv, .parquet or .xlsx."""
    from weisu.audit import record, search
    from weisu.table_files import check_target, write_table

    check_target(out)
    engine = _engine(workspace)
    record(engine, now=_now(), actor=AT_THE_SHELL, role="", what="export", subject="audit log")
    rows = search(engine)
    write_table(rows, out)
    print(json.dumps({"rows": rows.height, "file": str(out)}) if as_json else f"{rows.height} rows written to {out}")


def _switch(name: str, workspace: Path | None, *, is_disabled: bool, as_json: bool) -> None:
    from weisu.accounts import change_account

    _say(change_account(_engine(workspace), name, is_disabled=is_disabled, changed_by=AT_THE_SHELL, now=_now()), as_json)  # fmt: skip


def _engine(workspace: Path | None, area: str = "") -> sa.Engine:
    """The store of the workspace; a given area must be one that the publication knows, once there is one."""
    from weisu.settings import find_workspace
    from weisu.store import open_store

    place = find_workspace(workspace)
    if area and (known := _areas(place)) and area not in known:
        raise SettingsError(f"no area {area!r} in the publication", where="--area", todo="use its key, such as 东区 or 东区/一街")  # fmt: skip
    return open_store(place)


def _areas(place: object) -> set[str]:
    from weisu.errors import WarehouseError
    from weisu.publishing import current
    from weisu.warehouse import connect

    try:
        path = current(place).path
    except WarehouseError:
        return set()
    con = connect(path, read_only=True)
    try:
        return {key for (key,) in con.execute("select area_key from marts.dim_area where area_key <> '*'").fetchall()}
    finally:
        con.close()


def _password() -> str:
    """From a terminal typed twice without echo; else the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first, second = getpass.getpass("Password: "), getpass.getpass("Again: ")
    if first != second:
        raise SettingsError("the two passwords differ", todo="type it again")
    return first


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


def _told(account: Account) -> dict[str, object]:
    return {"name": account.name, "role": account.role, "area": account.area_key, "is_disabled": account.is_disabled}


def _say(account: Account, as_json: bool) -> None:
    told = _told(account)
    print(json.dumps(told, ensure_ascii=False) if as_json else " ".join(f"{k}={v}" for k, v in told.items()))
