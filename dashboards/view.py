"""What every page is given: the publication, the language, the theme, the store and the clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from dashboards.identity import Stranger
from dashboards.queries.marts import About, Marts
from weisu import audit, numbers
from weisu.access import LOCAL, Reader
from weisu.settings import Workspace
from weisu.texts import text
from weisu.theme import Theme

FRESH = dt.timedelta(seconds=1)  # of a page being drawn
LIVE_DAYS = 7  # a publication at most this old is judged by the real clock, an older one by the end of its as-of day


@dataclass(frozen=True)
class View:
    """One reader's sight of one publication."""

    workspace: Workspace
    marts: Marts
    about: About
    engine: sa.Engine
    lang: str
    theme: Theme
    read_clock: Callable[[], dt.datetime]  # the real time, naive UTC
    clock: dt.datetime  # the same, when this sight was opened
    pages: Mapping[str, Any] = field(default_factory=dict)  # name -> st.Page, for links
    seated: Reader = LOCAL  # who sat there when this sight was opened
    ask: Callable[[], Reader] | None = None  # who sits there now
    check_seat: Callable[[], None] | None = None  # whether it is still the same, asked outside of a run

    @property
    def reader(self) -> Reader:
        """Who sits before the page; asked anew when the page was drawn a while ago, for a click on it comes before it is drawn again.

        Raises:
            Stranger: signed out, disabled or changed since.
        """
        if self.ask is None or self.read_clock() - self.clock < FRESH:
            return self.seated
        if self.ask() != self.seated:
            raise Stranger("changed")
        return self.seated

    def log(self, what: str, subject: str, *, rows: int | None = None, actor: str = "", **detail: object) -> None:
        """Append to the audit log; without a login under the name that was typed, if any.

        Raises:
            Stranger: what is to leave the house (an export is logged before it is given) is asked for by somebody who is out.
        """
        if what == "export" and self.check_seat:
            self.check_seat()
        reader = self.seated
        name = reader.name if reader.is_signed_in else actor or reader.name
        audit.record(self.engine, now=self.read_clock(), actor=name, role=reader.role, what=what, subject=subject, detail=detail, rows=rows)  # fmt: skip

    @property
    def home(self) -> str:
        """The area whose figures come first: a district officer's own, else the whole city."""
        return self.seated.sight.area or "*"

    def t(self, key: str, /, **values: object) -> str:
        """A text of app.toml."""
        return text(f"app.{key}", self.lang, **values)

    def kpi(self, code: str) -> str:
        """The name of an indicator, as a title."""
        name = text(f"kpi.name.{code}", self.lang)
        return name[:1].upper() + name[1:]

    def n(self, value: numbers.Number) -> str:
        """A number as the house writes it."""
        return numbers.number(value, self.lang)

    def day(self, value: dt.date | None, *, year: bool = True) -> str:
        """A local day."""
        return numbers.day(value, self.lang, year=year)

    @property
    def zone(self) -> ZoneInfo:
        """The city's time zone."""
        return ZoneInfo(self.about.timezone or "UTC")

    @property
    def as_of_end(self) -> dt.datetime:
        """The first instant after the as-of day, naive UTC."""
        return end_of_day(self.about.as_of_on, self.zone)

    @property
    def is_live(self) -> bool:
        """Whether deadlines run by the real clock."""
        return self.clock - self.as_of_end < dt.timedelta(days=LIVE_DAYS)

    @property
    def now(self) -> dt.datetime:
        """The moment by which age and deadlines are told, naive UTC."""
        return self.clock if self.is_live else self.as_of_end

    @property
    def today(self) -> dt.date:
        """The local day by which age and sleep are told."""
        return self.now.replace(tzinfo=dt.UTC).astimezone(self.zone).date() if self.is_live else self.about.as_of_on

    @property
    def city(self) -> str:
        """The city's name in the reader's language."""
        return (self.about.city_name_en if self.lang == "en" else self.about.city_name) or self.about.city_name

    def area(self, key: str, name: str | None = None) -> str:
        """An area by name; the whole city by its own word."""
        return self.t("filter.any_area") if key == "*" else name or key

    def local(self, instant: dt.datetime | None) -> str:
        """A naive UTC instant as local time, `2026-03-29 14:05`."""
        if instant is None:
            return numbers.UNKNOWN
        return f"{instant.replace(tzinfo=dt.UTC).astimezone(self.zone):%Y-%m-%d %H:%M}"


def end_of_day(on: dt.date, zone: ZoneInfo) -> dt.datetime:
    """The first instant after local day `on`, naive UTC."""
    after = dt.datetime.combine(on + dt.timedelta(days=1), dt.time(), tzinfo=zone)
    return after.astimezone(dt.UTC).replace(tzinfo=None)
