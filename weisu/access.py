"""Who may see and do what: five roles, one table of what each may do, and the part of the city that each sees.  Pure, no I/O.

What a reader sees is enforced where tables are read (`weisu.row_rules`, `dashboards.queries.marts`), what a reader does where it is written
(`dashboards.acting`); pages only leave out what would be refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from weisu.errors import WeisuError
from weisu.lifecycle import ALLOWED

ACTS = frozenset(act for acts in ALLOWED.values() for act in acts)  # on alerts; "undo" takes one of them back
PAGES_OF_ALL = ("today", "alerts", "degrees", "performance", "models", "subscriptions")
PAGES_OF_OFFICERS = (*PAGES_OF_ALL, "trends", "map", "issues", "words", "foresight", "silence")
PAGES_OF_ANALYSTS = (*PAGES_OF_OFFICERS, "reports", "data")
PAGES_OF_ADMINS = (*PAGES_OF_ANALYSTS, "connect", "settings", "users", "audit")


class AccessError(WeisuError):
    """The reader's role does not allow this."""

    code = "access"


class Role(StrEnum):
    """What somebody is in this house, from the least to the most."""

    VIEWER = "viewer"
    ANALYST = "analyst"
    OFFICER = "district_officer"
    MANAGER = "manager"
    ADMIN = "admin"


PAGES = {
    Role.VIEWER: PAGES_OF_ALL,
    Role.ANALYST: PAGES_OF_ANALYSTS,
    Role.OFFICER: PAGES_OF_OFFICERS,
    Role.MANAGER: PAGES_OF_ANALYSTS,
    Role.ADMIN: PAGES_OF_ADMINS,
}
DEEDS = {
    Role.VIEWER: frozenset(),
    Role.ANALYST: frozenset({"comment", "confirm", "dismiss", "judge_texts", "write_reports"}),
    Role.OFFICER: ACTS | {"judge_texts"},
    Role.MANAGER: ACTS | {"judge_texts", "write_reports", "approve_reports"},
    Role.ADMIN: ACTS
    | {"judge_texts", "write_reports", "approve_reports", "connect", "change_settings", "manage_users", "read_audit"},
}


@dataclass(frozen=True)
class Sight:
    """The part of a publication that somebody sees."""

    area: str | None = None  # this area and what is below it; None: the whole city
    has_texts: bool = True  # else no texts, no lists of tickets and no counts from 1 to 4


EVERYTHING = Sight()


@dataclass(frozen=True)
class Reader:
    """Who sits before the page."""

    name: str
    role: Role
    area: str | None = None  # of a district officer: its key
    is_signed_in: bool = True  # False: nobody asked who it is, on the own machine

    @property
    def sight(self) -> Sight:
        """What of a publication this reader sees; an officer without an area sees the area that does not exist."""
        if self.role is Role.OFFICER:
            return Sight(area=self.area or "")
        return Sight(has_texts=self.role is not Role.VIEWER)

    @property
    def pages(self) -> tuple[str, ...]:
        """The pages that stand in this reader's navigation."""
        return tuple(page for page in PAGES[self.role] if self.is_signed_in or page != "users")

    def sees_area(self, area_key: str) -> bool:
        """Whether an area is the reader's own or below it; a reader without one sees all."""
        area = self.sight.area
        return area is None or (area != "" and (area_key == area or area_key.startswith(area + "/")))

    def may(self, deed: str, *, area_key: str | None = None, taken_back: str | None = None) -> bool:
        """Whether the reader may do something.

        Args:
            deed: an act on an alert, "undo", or another name of `DEEDS`.
            area_key: where the alert is; None where the deed is about no place.
            taken_back: of an "undo" the act that it takes back: who may do an act may take it back.
        """
        if area_key is not None and not self.sees_area(area_key):
            return False
        return (taken_back if deed == "undo" else deed) in DEEDS[self.role]

    def demand(self, deed: str, *, area_key: str | None = None, taken_back: str | None = None) -> None:
        """Refuse what the role does not allow; arguments as of `may`.

        Raises:
            AccessError: the reader may not.
        """
        if not self.may(deed, area_key=area_key, taken_back=taken_back):
            raise AccessError(f"{deed} is not for the role {self.role}", todo="ask somebody who may")


LOCAL = Reader("local", Role.ADMIN, is_signed_in=False)  # no login: whoever sits at the machine itself
