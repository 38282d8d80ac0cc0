"""六: what became of alerts, raised last month (told in 二) and this month; nobody's silence is hidden."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from reports.context import Claim, Figure, Paragraph, Section, Table
from reports.marts import CITY, Marts, Row
from reports.material import LEAST_RATIO, Material, is_more_than_chance
from reports.queries import handling
from reports.queries.handling import DONE
from weisu.told_counts import withheld_parts

LISTED, SPOKEN_ACTS, NAMED_SINGLES = 8, 4, 3
_NOW = """
select sum(d.reports)::bigint as reports, (select sum(expected) from marts.mart_series_days s
    where s.area_key = $1 and s.category_key = $2 and s.date_on between $3 and $4 having count(expected) = $5) as expected
from marts.fct_daily d where d.area_key = $1 and d.category_key = $2 and d.date_on between $3 and $4"""


def loop(m: Material) -> Section:
    """六、预警闭环, with the table of the most pressing alerts."""
    w, heading = m.words, m.words.say("heading.monthly.loop")
    aside = (
        [w.sentence(w.claim("loop.set_aside", count=w.exact(len(m.artefacts), "mart_alerts")))] if m.artefacts else []
    )
    if not m.alerts:
        return Section("loop", heading, (Paragraph((w.sentence(w.claim("loop.none", kind="absence")), *aside)),))
    first = raised_counts(m, "loop", m.alerts, m.acts)
    tables = (_table(m),) if m.patterns else ()
    more = [w.sentence(w.claim("loop.more", shown=w.exact(LISTED)))] if len(m.patterns) > LISTED else []
    return Section("loop", heading, (Paragraph((first, *singles(m), *aside, *more)),), tables=tables)


def tally(alerts: Iterable[Row], acts: dict[str, list[Row]]) -> dict[str, int]:
    """How many alerts were raised, confirmed, dismissed, handled and verified: by the acts of people, or the status they left."""
    rows = list(alerts)
    done = {a["alert_id"]: {x["act"] for x in acts.get(a["alert_id"], [])} | {a["status"]} for a in rows}
    reached = {
        "confirmed": {
            "confirm",
            "confirmed",
            "send",
            "sent",
            "accept",
            "accepted",
            "handle",
            "verify",
            *DONE,
        },
        "dismissed": {"dismiss", "dismissed"},
        "handled": {"handle", "verify", *DONE},
        "verified": {"verify", "verified"},
    }
    gone = {
        alert for alert, seen in done.items() if seen & reached["dismissed"] and not seen & {"confirm", "confirmed"}
    }
    counts = {
        name: sum(1 for alert, seen in done.items() if seen & words and (name == "dismissed" or alert not in gone))
        for name, words in reached.items()
    }
    return {"raised": len(rows), **counts}


def singles(m: Material) -> tuple[Claim, ...]:
    """One line on the alerts that stand on a single report each: how many, of which level, about what."""
    w, few = m.words, m.singles
    if not few:
        return ()
    counts = Counter(alert["category"] or "—" for alert in few).most_common()
    hidden = withheld_parts([n for _, n in counts])  # as many alerts as reports
    items = [
        w.claim(
            "loop.single", labels={"category": name}, count=w.withheld() if is_hidden else w.exact(n, "mart_alerts")
        )
        for (name, n), is_hidden in zip(counts[:NAMED_SINGLES], hidden, strict=False)
    ]
    high = w.exact(sum(1 for alert in few if alert["level"] == 1), "mart_alerts.level")
    figures = {"count": w.exact(len(few), "mart_alerts.observed"), "high": high, "level": w.level(1)}
    return (w.sentence(w.listed("loop.singles", items, **figures), importance=0.6),)


def follow_up(m: Material, alert: Row, acts: list[Row]) -> Claim:
    """One earlier alert: how it stood, what people did and when, how it stands now."""
    w, source = m.words, f"mart_alerts {alert['alert_id']}"
    labels = {
        "what": alert["category"] or "—",
        "where": m.area(alert["area_key"], alert["area"]),
        "status": w.say(f"status.{known_status(alert)}"),
    }
    if alert["ratio"] is None or m.discretion.hides_alert(alert):
        head = w.claim("resolved.item_count", labels=labels, before=m.observed(alert, source))
    else:
        head = w.claim("resolved.item", labels=labels, before=m.alert_ratio(alert, source))
    done = done_by_people(m, alert, acts)
    return w.sentence(head, done, *state_of_place(m, alert), importance=0.6)


def state_of_place(m: Material, about: Row) -> tuple[Claim, ...]:
    """How its place stands now: against expectation where there is one and the count is told, else the count alone."""
    w, now = m.words, _now(m.marts, about, m)
    is_compared = now.get("reports") is not None and now.get("expected")
    count = now["reports"] if is_compared else handling.reports_at(m.marts, about, m.period.window)
    told = m.told_at(about["area_key"], about["category_key"], m.period.window, count, "fct_daily")
    if not is_compared or told.value is None:
        return (w.claim("resolved.now_count", now=told),)
    ratio = now["reports"] / now["expected"]
    is_high = ratio > LEAST_RATIO and is_more_than_chance(now["reports"], now["expected"])
    state = w.claim("resolved.now", now=told, ratio=w.ratio(ratio, "mart_series_days"))
    return state, w.claim("resolved.stays" if is_high else "resolved.fell")


def done_by_people(m: Material, alert: Row, acts: list[Row]) -> Claim | None:
    """The standing acts of an alert, each with its day and to whom; a spoken absence when nobody acted."""
    w = m.words
    if not acts:
        return w.claim("resolved.no_one", kind="absence") if known_status(alert) == "new" else None
    said, zone = [], ZoneInfo(m.marts.facts.timezone or "UTC")
    for act in acts[-SPOKEN_ACTS:]:
        labels = {"did": w.say(f"resolved.did_{act['act']}"), "assignee": act["assignee"] or ""}
        key = "resolved.act_to" if act["assignee"] else "resolved.act"
        day = w.day(_local_day(act["acted_at"], zone), f"mart_alert_acts {act['act_id']}", year=False)
        said.append(w.claim(key, labels=labels, day=day))
    return w.listed("resolved.did", said, "acts")


def _local_day(acted_at: dt.datetime, zone: ZoneInfo) -> dt.date:
    return acted_at.replace(tzinfo=dt.UTC).astimezone(zone).date()


def known_status(alert: Row) -> str:
    """The state people left the alert in; new when nobody acted."""
    known = ("confirmed", "dismissed", "sent", "accepted", "returned", "handled", "verified", "closed")
    return alert["status"] if alert["status"] in known else "new"


def raised_counts(m: Material, part: str, alerts: list[Row], acts: dict[str, list[Row]]) -> Claim:
    """How many alerts were raised and what became of them; `part` names the words: resolved or loop."""
    w, counts = m.words, tally(alerts, acts)
    figures: dict[str, Figure] = {name: w.exact(value, "mart_alert_acts") for name, value in counts.items()}
    nobody = not any(counts[name] for name in ("confirmed", "dismissed", "handled", "verified"))
    if nobody and part == "resolved":
        return w.sentence(w.claim("resolved.no_act", kind="absence", raised=figures["raised"]), importance=0.7)
    silence = w.claim("loop.no_act", kind="absence") if nobody else None
    return w.sentence(w.claim(f"{part}.counts", **figures), silence, importance=0.7)


def _now(marts: Marts, alert: Row, m: Material) -> Row:
    window = m.period.window
    return marts.one(
        _NOW,
        [alert["area_key"] or CITY, alert["category_key"], window.first_on, window.last_on, window.days],
        table="mart_series_days",
    )


def _table(m: Material) -> Table:
    w = m.words
    names = ("level", "what", "where", "observed", "expected", "owner", "status")
    rows = tuple(_row(m, alert) for alert in m.patterns[:LISTED])
    columns = tuple(w.say(f"column.{name}") for name in names)
    return Table(
        w.say("loop.table"),
        columns,
        rows,
        (0.07, 0.17, 0.21, 0.09, 0.11, 0.23, 0.12),
        (False, False, False, True, True, False, False),
    )


def _row(m: Material, alert: Row) -> tuple[Figure, ...]:
    w, source = m.words, f"mart_alerts {alert['alert_id']}"
    return (
        w.level(alert["level"]), w.word(alert["category"] or "—"), w.word(m.area(alert["area_key"], alert["area"])),
        m.observed(alert, source), w.expected(alert["expected"], source), w.word(alert["owner"] or "—"), w.word(w.say(f"status.{known_status(alert)}")),
    )  # fmt: skip
