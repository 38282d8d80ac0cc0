"""What a subscription is told of alerts: structured numbers and names only, never a ticket's words, small counts withheld as in exports.

Where a count is withheld, so is what it follows from: expectation, ratio, callers.  A viewer is told of no alert that the app does not show a viewer:
by the app's own rule (`weisu.row_rules`), not by a second one.  Nobody is sent an alert who did not ask for it, and what nobody reviewed goes only to those who asked for that too (DOMAIN.md §3.5).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from weisu import numbers
from weisu.access import Reader
from weisu.delivery.messages import Message
from weisu.delivery.subscriptions import Subscription
from weisu.lifecycle import OPEN, Act, standing, state_of
from weisu.row_rules import VIEWER
from weisu.settings import Settings
from weisu.suppression import LEAST
from weisu.texts import text
from weisu.told_counts import Told, withheld_counts
from weisu.warehouse import connect

ALL = "*"
RESTRICTED = "sensitive"  # the signal whose alerts are to be read in the app only
Row = dict[str, Any]

_ALERTS = """
select alert_id, raised_on, level, signals, classes, category_key, area_key, area, window_start_on, window_end_on, observed, expected, ratio,
    persons, places, signal_status, owner, title_zh, title_en
from marts.mart_alerts order by level, raised_on, alert_id"""


@dataclass(frozen=True)
class Standing:
    """The alerts of a publication as people have judged them by now."""

    rows: tuple[Row, ...]
    hidden: frozenset[Told]  # counts that are not told
    acts: Mapping[str, Sequence[Act]]  # alert_id -> its acts
    settings: Settings
    for_viewers: frozenset[str]  # ids of the alerts that the app shows to viewers


@dataclass(frozen=True)
class News:
    """One alert for one subscription."""

    document: str  # names the alert and its level: told again when it has risen
    message: Message


def read_alerts(publication: Path, acts: Mapping[str, Sequence[Act]], settings: Settings) -> Standing:
    """All alerts of a publication."""
    con = connect(publication, read_only=True)
    try:
        cursor = con.execute(_ALERTS)
        names = [column[0] for column in cursor.description]
        rows = tuple(dict(zip(names, row, strict=True)) for row in cursor.fetchall())
        above = {
            name: dict(con.execute(f"select {name}_key, parent_{name}_key from marts.dim_{name}").fetchall())
            for name in ("area", "category")
        }
    finally:
        con.close()
    counts = {_told(row): float(row["observed"] or 0) for row in rows}
    hidden = withheld_counts(counts, above["area"], above["category"])
    return Standing(rows, hidden, acts, settings, read_for_viewers(publication))


def read_for_viewers(publication: Path) -> frozenset[str]:
    """Ids of a publication's alerts that the app shows to viewers."""
    con = connect(publication, read_only=True)
    try:
        found = con.execute(f"select alert_id from marts.mart_alerts where {VIEWER['mart_alerts'].rows}").fetchall()
    finally:
        con.close()
    return frozenset(alert_id for (alert_id,) in found)


def sees(reader: Reader | None, alert_id: str, area_key: str, for_viewers: Container[str]) -> bool:
    """Whether the app shows a reader an alert; all to None, a recipient without an account.

    Args:
        for_viewers: of a `Standing`.
    """
    if reader is None:
        return True
    return reader.sees_area(area_key) and (reader.sight.has_texts or alert_id in for_viewers)


def news(
    known: Standing, wanted: Subscription, told: set[str], now: dt.datetime, *, reader: Reader | None = None
) -> Iterator[News]:
    """What is new for a subscription.

    Args:
        told: documents that the recipient was sent before.
        now: naive UTC.
        reader: whose account the recipient is; what the app does not show it is no news.
    """
    for row in known.rows:
        level = min(max(row["level"] or 4, 1), 4)
        documents = {f"alert-{row['alert_id']}-{n}" for n in range(1, level + 1)}
        if not sees(reader, row["alert_id"], row["area_key"] or ALL, known.for_viewers):
            continue
        if documents & told or not wanted.wants(row["category_key"], row["area_key"] or ALL, level):
            continue
        status = _status(known, row, wanted, now)
        if status:
            yield News(f"alert-{row['alert_id']}-{level}", message_of(known, row, status, wanted.lang))


def message_of(known: Standing, row: Row, status: str, lang: str) -> Message:
    """One alert in words and as facts; a restricted one says only that it is there."""
    area, level = row["area_key"] or ALL, text(f"alerts.level.{row['level']}", lang)
    is_restricted = RESTRICTED in (row["signals"] or "").split(",")
    title = row[f"title_{lang}"]
    if is_restricted:
        city = known.settings.city
        place = (city.name_en if lang == "en" else city.name) if area == ALL else row["area"]
        title = text("delivery.alert.restricted_title", lang, area=place)
    state = text(f"delivery.alert.{'unreviewed' if status == 'new' else 'reviewed'}", lang)
    subject = text("delivery.alert.subject", lang, level=level, state=state, title=title)
    said = [text("delivery.alert.restricted", lang)] if is_restricted else list(_sentences(known, row, lang))
    where = text("delivery.alert.where", lang, day=numbers.day(row["raised_on"], lang), alert_id=row["alert_id"])
    facts = _facts(row, status) | ({} if is_restricted else _figures(known, row))
    return Message(subject, (*said, where), lang, (facts,))


def _status(known: Standing, row: Row, wanted: Subscription, now: dt.datetime) -> str:
    """The status under which the alert is news; "" when it is none."""
    assert wanted.since_at is not None
    acts = known.acts.get(row["alert_id"], ())
    base = "new" if row["signal_status"] == "active" else row["signal_status"]
    state, settings = state_of(acts, base_status=base), known.settings
    if state.status not in OPEN or (state.snoozed_until and settings.local_day(now) < state.snoozed_until):
        return ""
    if state.status == "new":
        is_news = wanted.has_unreviewed and row["raised_on"] >= settings.local_day(wanted.since_at)
    else:
        confirmed = [act.acted_at for act in standing(acts) if act.act == "confirm"]
        is_news = bool(confirmed) and confirmed[-1] >= wanted.since_at
    return state.status if is_news else ""


def _sentences(known: Standing, row: Row, lang: str) -> Iterator[str]:
    window = numbers.day_range(row["window_start_on"], row["window_end_on"], lang)
    if _told(row) in known.hidden:
        yield text("delivery.alert.few", lang, window=window)
    else:
        yield text(
            "delivery.alert.numbers",
            lang,
            window=window,
            observed=numbers.exact(row["observed"], lang),
            expected=numbers.expected(row["expected"], lang),
            ratio=numbers.ratio(row["ratio"], lang).replace(" ", ""),
            persons=_persons(row["persons"], lang),
        )
    joint = "、" if lang == "zh" else ", "
    for kind, name in (("signals", "signal"), ("classes", "class")):
        if codes := [code for code in (row[kind] or "").split(",") if code]:
            names = joint.join(text(f"alerts.{name}.{code}", lang) for code in codes)
            yield text(f"delivery.alert.{kind}", lang, names=names)
    if row["owner"]:
        yield text("delivery.alert.owner", lang, owner=row["owner"])


def _persons(count: int | None, lang: str) -> str:
    if count is not None and 0 < count < LEAST:
        return text("report.few", lang, limit=LEAST)
    return numbers.exact(count, lang)


def _facts(row: Row, status: str) -> Row:
    return {
        "type": "alert",
        "alert_id": row["alert_id"],
        "level": row["level"],
        "status": status,
        "area_key": row["area_key"] or ALL,
        "raised_on": row["raised_on"].isoformat(),
        "is_restricted": RESTRICTED in (row["signals"] or "").split(","),
    }


def _figures(known: Standing, row: Row) -> Row:
    is_hidden = _told(row) in known.hidden
    persons = row["persons"]
    return {
        "category_key": row["category_key"],
        "window_start_on": row["window_start_on"].isoformat(),
        "window_end_on": row["window_end_on"].isoformat(),
        "observed": None if is_hidden else row["observed"],
        "expected": None if is_hidden else row["expected"],
        "ratio": None if is_hidden else row["ratio"],
        "persons": None if is_hidden or (persons is not None and 0 < persons < LEAST) else persons,
        "signals": row["signals"],
        "classes": row["classes"],
        "owner": row["owner"],
    }


def _told(row: Row) -> Told:
    return row["area_key"] or ALL, row["category_key"] or ALL, row["window_start_on"], row["window_end_on"]
