"""What looks like an outbreak and is none: batches, tests, one caller, one crew, one building, a merged channel."""

from __future__ import annotations

import datetime as dt

import numpy as np

from weisu.simulation.background import CHANNELS
from weisu.simulation.events import Planter

GRID, PHONE = CHANNELS.index("网格上报"), CHANNELS.index("电话")
SPECIAL = 90_000_000  # person numbers of callers who are not like others


def plant_artefacts(planter: Planter) -> None:
    """Plant each kind once, the first two twice."""
    _batch(planter, 0.9)
    _batch(planter, 0.45)
    _tests(planter, 0.97, 14)
    _tests(planter, 0.4, 26)
    _one_caller(planter)
    _crew(planter)
    _one_building(planter)
    span = (planter.demand.calendar.merger_on, planter.demand.config.days)
    planter.plant("artefact", "", None, span, "市民通APP并入热线：渠道变化，非城市变化")


def _minutes(planter: Planter, on: dt.date, hour: int, minutes: int, size: int) -> np.ndarray:
    """`size` instants within `minutes` from `hour` on, the first and last at its ends."""
    offset = np.sort(planter.rng.integers(0, minutes * 60, size))
    offset[[0, -1]] = 0, minutes * 60 - 1
    return np.datetime64(on, "s") + (hour * 3600 + offset).astype("timedelta64[s]")


def _batch(planter: Planter, at: float) -> None:
    on, district = planter.day(at), int(planter.rng.integers(0, len(planter.demand.city.district_names)))
    streets = planter.rng.choice(np.flatnonzero(planter.demand.city.street_district == district), 187)
    times = _minutes(planter, on, 15, 49, 187)
    rows = planter.tickets("小广告", times, street=streets, channel=GRID, person=-1)
    planter.plant(
        "artefact",
        "小广告",
        rows,
        (on, 1),
        "网格渠道49分钟批量录入187件",
        (planter.demand.city.district_names[district], ""),
    )


def _tests(planter: Planter, at: float, size: int) -> None:
    on, street = planter.day(at), int(planter.rng.integers(0, planter.demand.city.streets))
    times = _minutes(planter, on, 10, 70, size)
    rows = planter.tickets("其他诉求", times, street=street, channel=PHONE, person=-1, is_test=True)
    planter.plant("artefact", "其他诉求", rows, (on, 1), "话务系统测试工单", planter.street(street))


def _one_caller(planter: Planter) -> None:
    start, estate = planter.day(0.95), int(planter.rng.integers(0, len(planter.demand.city.estate_names)))
    times = planter.within(start, 12, 50)
    rows = planter.tickets("社会生活噪声", times, estate=estate, person=SPECIAL, building=3, channel=PHONE)
    planter.plant("artefact", "社会生活噪声", rows, (start, 12), "同一来电人12天50次", planter.estate(estate))


def _crew(planter: Planter) -> None:
    on, street = planter.day(0.92), int(planter.rng.integers(0, planter.demand.city.streets))
    times = _minutes(planter, on, 8, 240, 80)
    rows = planter.tickets("建筑垃圾堆放", times, street=street, person=SPECIAL + 1, channel=GRID)
    planter.plant("artefact", "建筑垃圾堆放", rows, (on, 1), "一个巡查班组4小时上报80件", planter.street(street))


def _one_building(planter: Planter) -> None:
    on, estate = planter.day(0.985), int(planter.rng.integers(0, len(planter.demand.city.estate_names)))
    person = SPECIAL + 2 + planter.rng.integers(0, 2, 16)
    rows = planter.tickets("停电", _minutes(planter, on, 19, 97, 16), estate=estate, person=person, building=2)
    area, name = planter.estate(estate)
    planter.plant("artefact", "停电", rows, (on, 1), "同一栋楼97分钟内两人上报16次", (area, f"{name}2号楼"))
