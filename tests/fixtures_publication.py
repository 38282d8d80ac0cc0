"""A small but complete publication of a made-up city: 2 districts × 4 streets × 3 categories × 60 weeks, 12 alerts of every kind.

`make_publication(path)` writes the DuckDB file; `make_workspace(folder)` also the workspace around it, pointer flipped.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import random
from pathlib import Path

import duckdb
import polars as pl

from tests.fixtures_publication_city import (
    AS_OF,
    BUILT_AT,
    CATEGORIES,
    CHANNELS,
    DISTRICTS,
    FIRST,
    STREETS,
    Rows,
    areas,
    categories,
    centre,
)
from tests.fixtures_publication_schema import TABLES
from tests.fixtures_publication_scores import components, degrees, governance, kpis
from weisu.publishing import publish
from weisu.settings import Workspace


def make_publication(path: Path, *, filled: bool = True) -> Path:
    """Write schema `marts` with every table of the contract; `filled=False` leaves all but mart_publication empty."""
    with duckdb.connect(str(path)) as con:
        con.execute("create schema marts")
        for name, columns in TABLES.items():
            con.execute(f"create table marts.{name} ({columns})")
        _insert(con, "mart_publication", _publication(0))
        if filled:
            for name, rows in _content(random.Random(7)).items():
                _insert(con, name, rows)
            con.execute("update marts.mart_publication set tickets = (select count(*) from marts.fct_tickets)")
            _derive(con)
        con.execute("checkpoint")
    return path


def make_workspace(folder: Path, *, filled: bool = True) -> Workspace:
    """A workspace with one publication and the pointer on it."""
    folder.mkdir(parents=True, exist_ok=True)
    workspace = Workspace(folder)
    workspace.settings_file.write_text(
        '[city]\nname = "澄江市"\nname_en = "Chengjiang"\nis_synthetic = true\n', encoding="utf-8"
    )
    build = make_publication(folder / "build.duckdb", filled=filled)
    publish(workspace, build, as_of=AS_OF, data_version="f1f2f3f4", now=BUILT_AT)
    build.unlink()
    return workspace


def _content(rnd: random.Random) -> dict[str, Rows]:
    tickets = _tickets(rnd)
    alerts = _alerts(tickets)
    links = [
        {"alert_id": a["alert_id"], "ticket_key": t["ticket_key"]} for a in alerts for t in tickets if _belongs(a, t)
    ]
    return {
        "fct_tickets": tickets,
        "dim_area": areas(),
        "dim_category": categories(),
        "mart_alerts": alerts,
        "mart_alert_tickets": links,
        "mart_alert_acts": [
            {
                "act_id": "x1",
                "alert_id": "al05",
                "position": 1,
                "act": "confirm",
                "reason": "现场核实",
                "assignee": "",
                "actor": "分析员甲",
                "acted_at": BUILT_AT,
            }
        ],
        "mart_degrees": (cells := degrees(rnd)),
        "mart_degree_components": [c for row in cells for c in components(row)],
        "mart_kpis": kpis(rnd),
        **governance(),
    }


def _tickets(rnd: random.Random) -> Rows:
    rows: Rows = []
    for offset in range((AS_OF - FIRST).days + 1):
        on = FIRST + dt.timedelta(days=offset)
        for district in DISTRICTS:
            for street in STREETS:
                for rank, l2 in enumerate(CATEGORIES):
                    rows += [
                        _ticket(rnd, len(rows) + i, on, district, street, l2)
                        for i in range(_poisson(rnd, _mean(on, district, street, rank)))
                    ]
    return rows


def _mean(on: dt.date, district: str, street: str, rank: int) -> float:
    mean = (
        (0.9, 0.6, 0.35)[rank] * (1 + 0.2 * math.sin(on.timetuple().tm_yday / 58)) * (1.1 if on.weekday() < 5 else 0.7)
    )
    outbreak = rank == 0 and district == "东湖区" and street == "二桥街道" and (AS_OF - on).days < 12
    return mean * (5 if outbreak else 1)


def _ticket(rnd: random.Random, number: int, on: dt.date, district: str, street: str, l2: str) -> dict[str, object]:
    created = dt.datetime.combine(on, dt.time(1 + rnd.randrange(12), rnd.randrange(60)))
    hours = rnd.expovariate(1 / 50)
    closed = created + dt.timedelta(hours=hours)
    is_open = closed.date() > AS_OF or rnd.random() < 0.04
    lat, lon = centre(district, street)
    third = rnd.choice(CATEGORIES[l2])
    place = f"{street[:2]}{rnd.randint(1, 12)}号院"
    has_place = rnd.random() > 0.03
    return {
        "source": "hotline", "ticket_id": f"{number:015d}", "ticket_key": f"hotline:{number:015d}", "created_at": created, "created_on": on,
        "closed_at": None if is_open else closed, "closed_on": None if is_open else closed.date(), "due_at": created + dt.timedelta(hours=72),
        "channel": rnd.choices(CHANNELS, (70, 20, 7, 3))[0], "kind": "complaint", "status": "open" if is_open else "closed", "is_demand": True,
        "category_l1_key": l2.split("->")[0], "category_l2_key": l2, "category_l3_key": f"{l2}->{third}", "district_key": district, "street_key": f"{district}/{street}",
        "address": f"{street}{place}", "place_key": place, "lat": lat + rnd.gauss(0, 0.003) if has_place else None, "lon": lon + rnd.gauss(0, 0.004) if has_place else None,
        "unit": "区城管局", "title": f"关于{third}的投诉", "text": f"〔姓名〕来电反映{place}{third}，多次反映未解决，联系电话〔电话〕。" + _MARKUP * (number % 50 == 0),
        "person_hash": f"p{rnd.randrange(4000):04d}", "redo_count": int(rnd.random() < 0.05), "is_solved": None if is_open else rnd.random() < 0.8,
        "satisfaction": None if is_open else rnd.choice(["satisfied", "satisfied", "unsatisfied", None]), "is_overdue": hours > 72, "elapsed_hours": hours, "limit_hours": 72.0,
        "intensity_score": round(rnd.uniform(5, 85), 1), "has_text": True, "is_life_safety": False, "issue_key": f"i{place}{third}", "flags": [],
    }  # fmt: skip


# text that must stay text on every page
_MARKUP = " <img src=x onerror=alert(1)> [链接](//example.invalid/a) ![图](//example.invalid/b.png)"


def _belongs(alert: dict[str, object], ticket: dict[str, object]) -> bool:
    at = {"city": "*", "district": ticket["district_key"], "street": ticket["street_key"]}[str(alert["area_level"])]
    return (
        alert["category_key"] == ticket["category_l2_key"]
        and at == alert["area_key"]
        and alert["window_start_on"] <= ticket["created_on"] <= alert["window_end_on"]
    )  # type: ignore[operator]


ALERT_SPECS = (  # level, status, district, street, category rank, days ago, signals, classes
    (1, "new", "东湖区", "二桥街道", 0, 0, "rise,cluster,emotion", "sudden_event,key_area"),
    (2, "new", "西山区", "三塘街道", 2, 1, "rise,cluster", "lead_lag"),
    (2, "new", "东湖区", None, 1, 2, "rise,sensitive", "common,policy"),
    (3, "new", "西山区", "一马路街道", 0, 3, "rise", "seasonal"),
    (3, "confirmed", "西山区", None, 1, 8, "rise", "common"),
    (3, "sent", "东湖区", "一马路街道", 2, 12, "cluster", "similar_places"),
    (4, "new", "东湖区", "四方街道", 0, 1, "emotion", "emerging"),
    (4, "accepted", "西山区", "四方街道", 1, 20, "rise", "historic"),
    (3, "handled", "东湖区", "三塘街道", 1, 34, "rise", "common"),
    (2, "closed", "东湖区", "二桥街道", 0, 70, "rise,cluster", "key_area"),
    (3, "dismissed", "东湖区", "二桥街道", 0, 84, "rise", ""),
    (3, "suspected_artefact", "西山区", "二桥街道", 0, 5, "rise", ""),
)


def _alerts(tickets: Rows) -> Rows:
    return [_alert(number, *spec, tickets) for number, spec in enumerate(ALERT_SPECS, start=1)]


def _alert(
    number: int,
    level: int,
    status: str,
    district: str,
    street: str | None,
    rank: int,
    ago: int,
    signals: str,
    classes: str,
    tickets: Rows,
) -> dict[str, object]:
    key, raised = list(CATEGORIES)[rank], AS_OF - dt.timedelta(days=ago)
    area = f"{district}/{street}" if street else district
    frame = {"alert_id": f"al{number:02d}", "category_key": key, "area_key": area, "area_level": "street" if street else "district",
             "window_start_on": raised - dt.timedelta(days=9), "window_end_on": raised}  # fmt: skip
    mine = [t for t in tickets if _belongs(frame, t)]
    expected = round(10 * 0.9 * (1 if street else 4) / (1, 1.5, 2.5)[rank], 1)
    lat, lon = centre(district, street or STREETS[0])
    hours = {1: (0.5, 0.5, 2), 2: (2, 2, 24), 3: (8, 8, 72), 4: (72, 168, 240)}[level]
    name, what = street or district, key.split("->")[1]
    is_artefact = status == "suspected_artefact"
    return frame | {
        "raised_on": raised, "last_on": raised, "level": level, "signals": signals, "classes": classes, "category": what, "area": name,
        "observed": len(mine), "expected": expected, "ratio": len(mine) / expected, "score": round(3 + 10 / number, 2), "persons": len({t["person_hash"] for t in mine}),
        "places": len({t["place_key"] for t in mine}), "composite_score": 90.0 - 5 * number, "signal_status": "suspected_artefact" if is_artefact else "active",
        "artefact_reason": "187 件在 49 分钟内由同一渠道录入" if is_artefact else None, "status": status, "owner": f"区城管局、{name}", "sector_unit": "区城管局", "territory_unit": name,
        "legal_basis": "《城市管理条例》第十二条", "review_due_hours": hours[0], "send_due_hours": hours[1], "feedback_due_hours": hours[2],
        "title_zh": f"{what} · {name}", "title_en": f"{what} · {name}",
        "why_zh": f"{name}10 天内收到{what}诉求 {len(mine)} 件，是预期 {expected} 件的 {len(mine) / expected:.1f} 倍，涉及多个小区。",
        "why_en": f"{name}: {len(mine)} reports of {what} in 10 days, {len(mine) / expected:.1f} times the expected {expected}, over several places.",
        "evidence": json.dumps(_evidence(mine, signals), ensure_ascii=False), "lat": lat, "lon": lon, "radius_m": 600.0,
    }  # fmt: skip


def _evidence(mine: Rows, signals: str) -> dict[str, object]:
    def top(column: str) -> list[dict[str, object]]:
        names = [str(t[column]) for t in mine]
        return [{"name": n, "reports": names.count(n)} for n in sorted(set(names), key=names.count, reverse=True)[:5]]

    return {
        "drivers": {"place": top("place_key"), "channel": top("channel"), "person": top("person_hash")},
        "signals": signals.split(","),
        "versions": {"rules": "r1"},
    }


def _publication(tickets: int) -> Rows:
    return [{"as_of_on": AS_OF, "built_at": BUILT_AT, "run_id": "r1", "data_version": "f1f2f3f4", "rules_version": "r1", "city_name": "澄江市", "city_name_en": "Chengjiang", "is_synthetic": True,
             "note": "合成数据：人物、地名与诉求均为虚构。", "note_en": "Synthetic data: people, places and tickets are made up.", "language": "zh", "timezone": "Asia/Shanghai",
             "first_on": FIRST, "last_on": AS_OF, "tickets": tickets}]  # fmt: skip


def _derive(con: duckdb.DuckDBPyConnection) -> None:
    """Spine, series, cases and issues follow from the tickets."""
    cells = """
        select a.area_key, a.area_level, c.category_key, d.date_on, a.district, a.street, c.category_level
        from marts.dim_area a, marts.dim_category c, marts.dim_calendar d where c.category_level in (1, 2)
    """
    con.execute(f"""
        insert into marts.fct_daily by name
        select s.area_key, s.area_level, s.category_key, s.date_on, count(t.ticket_key) as reports, count(distinct t.person_hash) as persons, count(distinct t.place_key) as places
        from ({cells}) s left join marts.fct_tickets t on t.created_on = s.date_on
            and (s.area_key = '*' or s.area_key = t.district_key or s.area_key = t.street_key)
            and (s.category_key = '*' or s.category_key = t.category_l1_key or s.category_key = t.category_l2_key)
        group by all
    """)
    con.execute("""
        insert into marts.mart_series_days by name
        with means as (select *, avg(reports) over (partition by area_key, category_key order by date_on rows between 56 preceding and 7 preceding) as expected from marts.fct_daily)
        select area_key, category_key, date_on, reports as observed, expected, greatest(0, expected - 2 * sqrt(expected + .5)) as lower, expected + 2 * sqrt(expected + .5) + 1 as upper,
            (reports - expected) / sqrt(expected + .5) as score, reports > expected + 2 * sqrt(expected + .5) + 1 as is_alarm, 'none' as state from means
    """)
    con.execute("""
        insert into marts.fct_issues by name
        select issue_key, min(category_l3_key) as category_l3_key, min(place_key) as place_key, min(created_on) as first_on, max(created_on) as last_on,
            count(*) as reports, count(distinct person_hash) as persons, bool_or(closed_at is null) as is_open from marts.fct_tickets group by issue_key
    """)
    # every ticket says that it was told before; the newest of the first alert speak of danger, and some of anger
    con.execute("""
        insert into marts.mart_ticket_words by name
        select ticket_key, ticket_key as version_hash, md5(title || '|' || text) as text_hash, true as has_text, 'repeat: 多次' as term_hits from marts.fct_tickets
    """)
    con.execute("""
        update marts.mart_ticket_words set has_life_safety_words = hash(text_hash) % 3 = 0,
            term_hits = if(hash(text_hash) % 3 = 0, 'life_safety: 着火、爆炸; ', '') || 'emotion: 骗子; ' || term_hits
        where text_hash in (select text_hash from marts.mart_ticket_words semi join (from marts.mart_alert_tickets where alert_id in ('al01', 'al07')) using (ticket_key))
    """)
    # some of the newest tickets were put where nothing fits; a third of the suggestions is not sure
    con.execute("""
        insert into marts.mart_category_suggestions by name
        select ticket_key, created_on, '其他' as category_key, category_l2_key as suggested_category_key, 0.35 + (hash(ticket_key) % 60) / 100 as chance, chance >= 0.6 as is_sure
        from marts.fct_tickets order by created_at desc, ticket_key limit 40
    """)
    # each issue says its category and its place
    con.execute("""
        insert into marts.mart_similar_cases by name
        select cast(row_number() over (order by issue_key) - 1 as integer) as case_no, issue_key as matter_case_key, issue_key as case_key,
            max_by(ticket_key, created_at) as ticket_key, max(created_at) as created_at, any_value(category_l3_key) as category_key,
            not bool_or(closed_at is null) as is_settled, false as is_answered, if(is_settled, 'satisfied', null) as outcome_code,
            [cast(hash(any_value(category_l3_key)) % 1000 as integer), cast(1000 + hash(any_value(place_key)) % 1000 as integer)] as terms, [220, 129] as weights
        from marts.fct_tickets group by issue_key
    """)
    con.execute("""
        insert into marts.mart_similar_terms by name
        select unnest(terms) as term, case_no, unnest(weights) as weight, is_settled from marts.mart_similar_cases
    """)


def _poisson(rnd: random.Random, mean: float) -> int:
    count, left, limit = 0, rnd.random(), math.exp(-mean)
    while left > limit:
        left *= rnd.random()
        count += 1
    return count


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: Rows) -> None:
    if rows:
        names = list(dict.fromkeys(name for row in rows for name in row))
        frame = pl.DataFrame({n: [row.get(n) for row in rows] for n in names}, strict=False)
        con.register("rows_in", frame.to_arrow())
        con.execute(f"insert into marts.{table} by name select * from rows_in")
        con.unregister("rows_in")
