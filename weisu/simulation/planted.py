"""Events of the nine classes (DOMAIN §3.3)."""

from __future__ import annotations

import datetime as dt

import numpy as np

from weisu.simulation.city import FIRMS, LIFT_BRANDS
from weisu.simulation.events import Planter, Span

SEASONAL = ("拖欠工资", "供暖温度不达标", "蚊虫滋扰", "医保缴费", "停电", "入学划片")
LIFTS = ("电梯困人", "电梯下坠后困住老人", "电梯频繁停运报修没有人来", "电梯运行抖动异响")
STORM = (("树木倒伏", 60), ("道路积水", 80), ("停电", 60))
NEW_TRADES = (
    (0.87, 70, ("配送无人机从窗前低空飞过噪声很大", "无人机配送起降点离居民楼太近", "无人机外卖掉落砸到车")),
    (0.55, 45, ("自助换电柜夜里嗡嗡响", "换电柜占用人行道还发热冒烟", "换电柜押金不退")),
)
RULES = (
    (0.78, "停车收费", "道路停车收费新规施行", 2.2),
    (0.33, "电动车充电隐患", "电动自行车禁止上楼规定施行", 1.2),
)


def plant_classes(planter: Planter) -> None:
    """Plant every class, in the order of DOMAIN §3.3."""
    _common(planter)
    _seasonal(planter)
    _similar_places(planter, 0.93, 2)
    _similar_places(planter, 0.52, 0)
    _lead_lag(planter)
    _key_area(planter, 0.94, "餐饮油烟")
    _key_area(planter, 0.4, "社会生活噪声")
    _storm(planter)
    _burst_main(planter)
    _gas_leak(planter)
    _emerging(planter)
    _historic(planter)
    _policy(planter)


def _common(planter: Planter) -> None:
    """高频共性: one category grows everywhere for the last five months."""
    days = planter.days(planter.day(0.84), 150)
    rows = planter.lifted("违法停车", days, 0.8)
    planter.plant("common", "违法停车", rows, (days[0], len(days)), "全市各区连续数月高发")


def _seasonal(planter: Planter) -> None:
    """季节性周期性: the everyday seasons of strong categories; no tickets of their own."""
    catalogue, days = planter.demand.catalogue, planter.demand.config.all_days()
    for l3 in SEASONAL:
        season = catalogue.season[catalogue.index(l3)]
        for span in _runs([day for day in days if season[day.month - 1] >= 1.5]):
            planter.plant("seasonal", l3, None, span, "季节性高峰，由日常工单构成")


def _runs(days: list[dt.date]) -> list[Span]:
    """First day and length of each unbroken run."""
    runs: list[Span] = []
    for day in days:
        if runs and (day - runs[-1][0]).days == runs[-1][1]:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((day, 1))
    return runs


def _similar_places(planter: Planter, at: float, brand: int) -> None:
    """举一反三: nine households of one estate about its lifts, then estates with the same make of lift."""
    city, rng, said = planter.demand.city, planter.rng, planter.say(*LIFTS)
    estates = rng.permutation(np.flatnonzero((city.estate_lift == brand) & (city.estate_buildings >= 4)))[:4]
    for order, estate in enumerate(estates.tolist()):
        start, size = planter.day(at) + dt.timedelta(days=order * 16), int(rng.integers(4, 7)) if order else 9
        who = {"building": rng.integers(1, 4, size), "person": planter.neighbours(estate, size)}
        times = planter.within(start, 7, size)
        rows = planter.tickets("电梯困人", times, estate=estate, said=said, unsolved=0.2, **who)
        note = f"{LIFT_BRANDS[brand]}电梯，{FIRMS[city.estate_firm[estate]]}，{'同品牌小区' if order else '首发小区'}"
        planter.plant("similar_places", "电梯困人", rows, (start, 7), note, planter.estate(estate))


def _lead_lag(planter: Planter) -> None:
    """由此及彼: a cut of the water supply, then turbid water in the same street one to five days later."""
    rng, config = planter.rng, planter.demand.config
    episodes = min(30, config.days // 20)
    for day in np.sort(rng.choice(np.arange(5, config.days - 8), episodes, replace=False)).tolist():
        start, street = config.first_on + dt.timedelta(days=day), int(rng.integers(0, planter.demand.city.streets))
        lag, cuts, turbid = (int(rng.integers(*bounds)) for bounds in ((1, 6), (7, 13), (4, 9)))
        cut = planter.tickets("停水", planter.within(start, 1, cuts), street=street)
        later = planter.within(start + dt.timedelta(days=lag), 2, turbid)
        rows = cut.vstack(planter.tickets("水质浑浊", later, street=street))
        planter.plant("lead_lag", "停水", rows, (start, lag + 2), f"停水后{lag}天水质浑浊", planter.street(street))


def _key_area(planter: Planter, at: float, l3: str) -> None:
    """重点区域: the same few blocks, five weeks running."""
    city, rng, size = planter.demand.city, planter.rng, 45
    community = int(rng.integers(0, len(city.community_street)))
    street, start = int(city.community_street[community]), planter.day(at)
    near = {
        "lat": city.community_lat[community] + rng.normal(0, 0.0016, size),
        "lon": city.community_lon[community] + rng.normal(0, 0.0016, size),
    }
    outside = np.full(size, -1)  # no estate: shops along the road
    rows = planter.tickets(
        l3, planter.within(start, 35, size), street=street, estate=outside, community=community, **near
    )
    where = (city.street_key(street), city.community_names[community])
    planter.plant("key_area", l3, rows, (start, 35), "同一片区连续五周聚集，半径约400米", where)


def _storm(planter: Planter) -> None:
    """突发事件引发: a typhoon over the whole city."""
    if not (on := planter.day_in((7, 8, 9))):
        return
    planter.mark(on, "event", "台风“示例一号”影响本市")
    for l3, usual in STORM:
        size = planter.sized(usual)
        streets = planter.rng.integers(0, planter.demand.city.streets, size)
        rows = planter.tickets(l3, planter.within(on, 1.7, size), street=streets)
        planter.plant("sudden_event", l3, rows, (on, 2), "台风“示例一号”")


def _burst_main(planter: Planter) -> None:
    """突发事件引发: a district without water."""
    district, on, size = (
        int(planter.rng.integers(0, len(planter.demand.city.district_names))),
        planter.day(0.96),
        planter.sized(45),
    )
    streets = np.flatnonzero(planter.demand.city.street_district == district)
    planter.mark(on, "outage", "供水主管爆裂", "供水供电供气", planter.demand.city.district_names[district])
    rows = planter.tickets("停水", planter.within(on, 1, size), street=planter.rng.choice(streets, size))
    planter.plant(
        "sudden_event", "停水", rows, (on, 1), "供水主管爆裂", (planter.demand.city.district_names[district], "")
    )


def _gas_leak(planter: Planter) -> None:
    """突发事件引发: a gas pipe cut by building work."""
    city, on = planter.demand.city, planter.day(0.975)
    street = int(planter.rng.integers(0, city.streets))
    planter.mark(on, "event", "施工挖断燃气管道", "供水供电供气", city.district_names[city.street_district[street]])
    rows = planter.tickets("燃气泄漏", planter.within(on, 1, 14), street=street)
    planter.plant("sudden_event", "燃气泄漏", rows, (on, 1), "施工挖断燃气管道", planter.street(street))


def _emerging(planter: Planter) -> None:
    """新业态新领域: words that were never used before, growing week by week in the category for everything else."""
    rng = planter.rng
    for at, usual, phrases in NEW_TRADES:
        start, size = planter.day(at), planter.sized(usual)
        days = len(planter.days(start, 110))
        growing = np.floor(days * np.sqrt(rng.random(size))).astype(int)
        seconds = growing * 86400 + rng.integers(8 * 3600, 21 * 3600, size)
        created = np.datetime64(start, "s") + seconds.astype("timedelta64[s]")
        streets = rng.integers(0, planter.demand.city.streets, size)
        rows = planter.tickets("其他诉求", created, street=streets, said=planter.say(*phrases))
        planter.plant("emerging", "其他诉求", rows, (start, days), phrases[0])


def _historic(planter: Planter) -> None:
    """历史遗留: title deeds of three estates, raised again and again over the whole period."""
    city, rng, config = planter.demand.city, planter.rng, planter.demand.config
    said = planter.say("交房多年一直办不了不动产证")
    for estate in rng.permutation(np.flatnonzero(city.estate_population > 200))[:3].tolist():
        day = np.arange(12, config.days, 24)
        day = np.clip(day + rng.integers(-8, 9, len(day)), 0, config.days - 1)
        seconds = day * 86400 + rng.integers(9 * 3600, 17 * 3600, len(day))
        created = np.datetime64(config.first_on, "s") + seconds.astype("timedelta64[s]")
        who = {
            "person": rng.choice(planter.neighbours(estate, 5), len(day)),
            "building": rng.integers(1, 4, len(day)),
        }
        rows = planter.tickets("办证难", created, estate=estate, said=said, slowness=8.0, unsolved=0.9, **who)
        note = "整栋办证问题多年未解，反复重办"
        planter.plant("historic", "办证难", rows, (config.first_on, config.days), note, planter.estate(estate))


def _policy(planter: Planter) -> None:
    """政策性: a step on the day a rule begins."""
    for at, l3, name, factor in RULES:
        days = planter.days(planter.day(at), 160)
        rows = planter.lifted(l3, days, factor, unsolved=0.55)
        planter.mark(days[0], "policy", name, planter.demand.catalogue.key(l3).split("->")[0])
        planter.plant("policy", l3, rows, (days[0], len(days)), name)
