"""What looks like an outbreak and is none: batches, tests, one caller, one crew, one building, a merged channel."""

from __future__ import annotations

import datetime as dt

import numpy as np

from weisu.simulation.background import CHANNELS
from weisu.simulation.city import DISTRICTS
from weisu.simulation.events import Planter

GRID = CHANNELS.index("网格上报")
PHONE = CHANNELS.index("电话")


def plant_artefacts(planter: Planter) -> None:
    """Plant each kind once, the first two twice."""
    _batch(planter, 0.9)
    _batch(planter, 0.45)
    _tests(planter, 0.97, 14)
    _tests(planter, 0.4, 26)
    _one_caller(planter)
    _crew(planter)
    _one_building(planter)
    merged = planter.demand.calendar.merger_on
    planter.plant("", "artefact", "", None, span=(merged, planter.demand.config.last_on), note="市民通APP并入热线：渠道变化，非城市变化")


def _minutes(planter: Planter, on: dt.date, hour: int, minutes: int, size: int) -> np.ndarray:
    """`size` instants within `minutes` from `hour` on, the first and last at its ends."""
    offset = np.sort(planter.rng.integers(0, minutes * 60, size))
    offset[[0, -1]] = 0, minutes * 60 - 1
    return np.datetime64(on, "s") + (hour * 3600 + offset).astype("timedelta64[s]")


def _batch(planter: Planter, at: float) -> None:
    on, rng = planter.day(at), planter.rng
    district = int(rng.integers(0, len(DISTRICTS)))
    streets = rng.choice(np.flatnonzero(planter.demand.city.street_district == district), 187)
    rows = planter.tickets("小广告", _minutes(planter, on, 15, 49, 187), street=streets, channel=GRID, person=-1)
    planter.plant("", "artefact", "小广告", rows, area=DISTRICTS[district], span=(on, on), note="网格渠道49分钟批量录入187件")


def _tests(planter: Planter, at: float, size: int) -> None:
    on = planter.day(at)
    rows = planter.tickets("其他诉求", _minutes(planter, on, 10, 70, size), street=planter.rng.integers(0, planter.demand.city.streets), channel=PHONE, person=-1, is_test=True)
    planter.plant("", "artefact", "其他诉求", rows, span=(on, on), note="话务系统测试工单")


def _one_caller(planter: Planter) -> None:
    start, rng, city = planter.day(0.95), planter.rng, planter.demand.city
    estate = int(rng.integers(0, len(city.estate_names)))
    rows = planter.tickets("社会生活噪声", planter.within(start, 12, 50), estate=estate, person=2 * 10**9, building=3, channel=PHONE)
    planter.plant("", "artefact", "社会生活噪声", rows, area=city.estate_key(estate), place=city.estate_names[estate],
                  span=(start, start + dt.timedelta(days=11)), note="同一来电人12天50次")


def _crew(planter: Planter) -> None:
    on, rng, city = planter.day(0.92), planter.rng, planter.demand.city
    street = int(rng.integers(0, city.streets))
    rows = planter.tickets("建筑垃圾堆放", _minutes(planter, on, 8, 240, 80), street=street, person=2 * 10**9 + 1, channel=GRID)
    planter.plant("", "artefact", "建筑垃圾堆放", rows, area=city.street_key(street), span=(on, on), note="一个巡查班组4小时上报80件")


def _one_building(planter: Planter) -> None:
    on, rng, city = planter.day(0.985), planter.rng, planter.demand.city
    estate = int(rng.integers(0, len(city.estate_names)))
    person = 2 * 10**9 + 2 + rng.integers(0, 2, 16)
    rows = planter.tickets("停电", _minutes(planter, on, 19, 97, 16), estate=estate, person=person, building=2)
    planter.plant("", "artefact", "停电", rows, area=city.estate_key(estate), place=f"{city.estate_names[estate]}2号楼", span=(on, on), note="同一栋楼97分钟内两人上报16次")
