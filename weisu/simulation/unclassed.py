"""Real changes without a class: local rises, one heated quarrel, one street that falls silent."""

from __future__ import annotations

import datetime as dt

import numpy as np

from weisu.simulation.background import QUIET_FROM, QUIET_SHARE
from weisu.simulation.events import Planter

RISES = (
    "流动摊贩占道", "违法停车", "犬只扰民", "餐饮油烟", "生活垃圾清运不及时", "物业不作为",
    "污水外溢", "路灯不亮", "鼠患", "预付卡退费", "停水", "异味扰民",
)  # fmt: skip
QUARREL = ("物业断水断电业主准备集体去讨说法", "物业打人业主非常愤怒再不处理就集体上访", "物业强行收费到底有没有人管")


def plant_unclassed(planter: Planter) -> None:
    """Plant the rises, the quarrel and the silence."""
    for order, l3 in enumerate(RISES):
        share = order / len(RISES)
        _rise(planter, l3, 0.25 + 0.6 * share if order % 3 else 0.905 + 0.075 * share)
    _quarrel(planter)
    _silence(planter)


def _rise(planter: Planter, l3: str, at: float) -> None:
    """Ten days in one street, three times the usual and nine tickets at least."""
    days = planter.days(planter.day(at), 10)
    street = int(planter.rng.integers(0, planter.demand.city.streets))
    usual = float(planter.demand.expected(days)[planter.demand.catalogue.index(l3), street].sum())
    rows = planter.tickets(l3, planter.within(days[0], len(days), round(max(9.0, 3 * usual))), street=street)
    planter.plant("event", l3, rows, (days[0], len(days)), f"局部上升，平日十天约{usual:.1f}件", planter.street(street))


def _quarrel(planter: Planter) -> None:
    """情绪高涨: few tickets, sharp words."""
    city, start, size = planter.demand.city, planter.day(0.965), 14
    estate = int(planter.rng.permutation(np.flatnonzero(city.estate_buildings >= 4))[0])
    times, person = planter.within(start, 8, size), planter.neighbours(estate, size)
    said = planter.say(*QUARREL)
    rows = planter.tickets("物业不作为", times, estate=estate, said=said, person=person, unsolved=0.6)
    planter.plant("event", "物业不作为", rows, (start, 8), "情绪激烈，扬言集体上访", planter.estate(estate))


def _silence(planter: Planter) -> None:
    """People of one street stop calling; see `Demand.expected`."""
    config, street = planter.demand.config, planter.demand.city.quiet_street
    start = config.first_on + dt.timedelta(days=int(config.days * QUIET_FROM))
    note = f"诉求量降至平日的{QUIET_SHARE:.0%}，人口不变"
    planter.plant("silence", "", None, (start, config.days), note, planter.street(street))
