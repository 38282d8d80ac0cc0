"""The base of every error a user may see: one line that says what, where and what to do."""

from __future__ import annotations


class WeisuError(Exception):
    """A failure with a message for people.  Never carries ticket text.

    Args:
        what: what is wrong, without a final full stop.
        where: the file, table, row or setting it is about.
        todo: what the reader can do about it.
    """

    exit_code = 2
    code = "error"

    def __init__(self, what: str, *, where: str = "", todo: str = "") -> None:
        super().__init__(what)
        self.what, self.where, self.todo = what, where, todo

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return " ".join((f"{head} – {self.todo}" if self.todo else head).split())


class SettingsError(WeisuError):
    """A workspace or its weisu.toml is missing or wrong."""

    code = "settings"


class WarehouseError(WeisuError):
    """The ledger, a build or a publication cannot be opened or written."""

    code = "warehouse"


class WarehouseBusy(WarehouseError):
    """Another load or build holds the writer's lock; it passes by itself."""

    code = "busy"


class CheckFailed(WeisuError):
    """The work was done as asked, but a check on the data failed; exit status 1."""

    exit_code = 1
    code = "check_failed"
