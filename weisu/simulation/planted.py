"""Events of the nine classes (DOMAIN §3.3), rises without a class, and one street that falls silent."""

from __future__ import annotations

import datetime as dt

import numpy as np

from weisu.simulation.background import QUIET_FROM, QUIET_SHARE
from weisu.simulation.city import DISTRICTS, FIRMS, LIFT_BRANDS
from weisu.simulation.events import Planter

RISES = ("流动摊贩占道", "违法停车", "犬只扰民", "餐饮油烟", "生活垃圾清运不及时", "物业不作为", "污水外溢", "路灯不亮", "鼠患", "预付卡退费", "停水", "异味扰民")


def plant_classes(planter: Planter) -> None:
    """Plant every class, in the order of DOMAIN §3.3."""
    _common(planter)
    _seasonal(planter)
    _similar_places(planter)
    _lead_lag(planter)
    _key_area(planter)
    _sudden(planter)
    _emerging(planter)
    _historic(planter)
    _policy(planter)
    _rises(planter)
    _silence(planter)


def _days(start: dt.date, count: int, planter: Planter) -> list[dt.date]:
    return [day for day in (start + dt.timedelta(days=n) for n in range(count)) if day <= planter.demand.config.last_on]


def _common(planter: Planter) -> None:
    """高频共性: one category grows everywhere for the last five months."""
    days = _days(planter.day(0.84), 150, planter)
    rows = planter.lifted("违法停车", days, 0.8)
    planter.plant("common", "event", "违法停车", rows, span=(days[0], days[-1]), note="全市各区连续数月高发")


def _seasonal(planter: Planter) -> None:
    """季节性周期性: the everyday seasons of strong categories; no tickets of their own."""
    catalogue, days = planter.demand.catalogue, planter.demand.config.all_days()
    for l3 in ("拖欠工资", "供暖温度不达标", "蚊虫滋扰", "医保缴费", "停电", "入学划片"):
        season = catalogue.season[catalogue.index(l3)]
        peak = [day for day in days if season[day.month - 1] >= 1.5]
        for start, end in _runs(peak):
            planter.plant("seasonal", "event", l3, None, span=(start, end), note="季节性高峰，由日常工单构成")


def _runs(days: list[dt.date]) -> list[tuple[dt.date, dt.date]]:
    """First and last day of each unbroken run."""
    starts = [day for before, day in zip([None, *days], days, strict=False) if before is None or (day - before).days > 1]
    ends = [day for day, after in zip(days, [*days[1:], None], strict=True) if after is None or (after - day).days > 1]
    return list(zip(starts, ends, strict=True))


def _similar_places(planter: Planter) -> None:
    """举一反三: nine households of one estate about its lifts, then estates with the same make of lift."""
    city, rng = planter.demand.city, planter.rng
    for at, brand in ((0.93, 2), (0.52, 0)):
        estates = rng.permutation(np.flatnonzero((city.estate_lift == brand) & (city.estate_buildings >= 4)))[:4]
        said = planter.say("电梯困人", "电梯下坠后困住老人", "电梯频繁停运报修没有人来", "电梯运行抖动异响")
        for order, estate in enumerate(estates):
            start, size = planter.day(at) + dt.timedelta(days=order * 16), 9 if order == 0 else int(rng.integers(4, 7))
            rows = planter.tickets("电梯困人", planter.within(start, 7, size), estate=estate, said=said, building=rng.integers(1, 4, size),
                                   person=_neighbours(planter, estate, size), unsolved=0.2)
            note = f"{LIFT_BRANDS[brand]}电梯，{FIRMS[city.estate_firm[estate]]}" + ("，首发小区" if order == 0 else "，同品牌小区")
            planter.plant("similar_places", "event", "电梯困人", rows, area=city.estate_key(estate), place=city.estate_names[estate],
                          span=(start, start + dt.timedelta(days=6)), note=note)


def _neighbours(planter: Planter, estate: int, size: int) -> np.ndarray:
    """Different callers of one estate."""
    return 10**9 + int(estate) * 1000 + planter.rng.permutation(900)[:size]


def _lead_lag(planter: Planter) -> None:
    """由此及彼: a cut of the water supply, then turbid water in the same street one to five days later."""
    rng, config, city = planter.rng, planter.demand.config, planter.demand.city
    for day in np.sort(rng.choice(np.arange(5, config.days - 8), min(30, config.days // 20), replace=False)):
        start, street = config.first_on + dt.timedelta(days=int(day)), int(rng.integers(0, city.streets))
        cut = planter.tickets("停水", planter.within(start, 1, int(rng.integers(7, 13))), street=street)
        lag = int(rng.integers(1, 6))
        after = planter.tickets("水质浑浊", planter.within(start + dt.timedelta(days=lag), 2, int(rng.integers(4, 9))), street=street)
        span = (start, start + dt.timedelta(days=lag + 1))
        planter.plant("lead_lag", "event", "停水", cut.vstack(after), area=city.street_key(street), span=span, note=f"停水后{lag}天水质浑浊")


def _key_area(planter: Planter) -> None:
    """重点区域: the same few blocks, five weeks running."""
    city, rng = planter.demand.city, planter.rng
    for at, l3 in ((0.94, "餐饮油烟"), (0.4, "社会生活噪声")):
        community = int(rng.integers(0, len(city.community_street)))
        street, start, size = int(city.community_street[community]), planter.day(at), 45
        near = {"lat": city.community_lat[community] + rng.normal(0, 0.0016, size), "lon": city.community_lon[community] + rng.normal(0, 0.0016, size)}
        rows = planter.tickets(l3, planter.within(start, 35, size), street=street, estate=None, community=community, **near)
        rows = rows.with_columns(estate=np.full(size, -1, dtype=np.int32))
        planter.plant("key_area", "event", l3, rows, area=city.street_key(street), place=city.community_names[community],
                      span=(start, start + dt.timedelta(days=34)), note="同一片区连续五周聚集，半径约400米")


def _sudden(planter: Planter) -> None:
    """突发事件引发: a typhoon, a burst main and a broken gas pipe, each with its calendar row."""
    rng, city = planter.rng, planter.demand.city
    if storm := planter.day_in((7, 8, 9)):
        planter.mark(storm, "event", "台风“示例一号”影响本市")
        for l3, size in (("树木倒伏", 60), ("道路积水", 80), ("停电", 60)):
            rows = planter.tickets(l3, planter.within(storm, 1.7, planter.sized(size)), street=rng.integers(0, city.streets, planter.sized(size)))
            planter.plant("sudden_event", "event", l3, rows, span=(storm, storm + dt.timedelta(days=1)), note="台风“示例一号”")
    district, burst = int(rng.integers(0, len(DISTRICTS))), planter.day(0.96)
    planter.mark(burst, "outage", "供水主管爆裂", "供水供电供气", DISTRICTS[district])
    streets = np.flatnonzero(city.street_district == district)
    rows = planter.tickets("停水", planter.within(burst, 1, planter.sized(45)), street=rng.choice(streets, planter.sized(45)))
    planter.plant("sudden_event", "event", "停水", rows, area=DISTRICTS[district], span=(burst, burst), note="供水主管爆裂")
    street, leak = int(rng.integers(0, city.streets)), planter.day(0.975)
    planter.mark(leak, "event", "施工挖断燃气管道", "供水供电供气", DISTRICTS[city.street_district[street]])
    rows = planter.tickets("燃气泄漏", planter.within(leak, 1, 14), street=street)
    planter.plant("sudden_event", "event", "燃气泄漏", rows, area=city.street_key(street), span=(leak, leak), note="施工挖断燃气管道")


def _emerging(planter: Planter) -> None:
    """新业态新领域: words that were never used before, growing week by week in the category for everything else."""
    topics = (
        (0.87, 70, ("配送无人机从窗前低空飞过噪声很大", "无人机配送起降点离居民楼太近", "无人机外卖掉落砸到车")),
        (0.55, 45, ("自助换电柜夜里嗡嗡响", "换电柜占用人行道还发热冒烟", "换电柜押金不退")),
    )
    for at, size, phrases in topics:
        start = planter.day(at)
        days = min(110, (planter.demand.config.last_on - start).days + 1)
        size = planter.sized(size)
        growing = np.floor(days * np.sqrt(planter.rng.random(size))).astype(int) * 86400 + planter.rng.integers(8 * 3600, 21 * 3600, size)
        created = np.datetime64(start, "s") + growing.astype("timedelta64[s]")
        rows = planter.tickets("其他诉求", created, street=planter.rng.integers(0, planter.demand.city.streets, size), said=planter.say(*phrases))
        planter.plant("emerging", "event", "其他诉求", rows, span=(start, start + dt.timedelta(days=days - 1)), note=phrases[0])


def _historic(planter: Planter) -> None:
    """历史遗留: title deeds of three estates, raised again and again over the whole period."""
    city, rng, config = planter.demand.city, planter.rng, planter.demand.config
    for estate in rng.permutation(np.flatnonzero(city.estate_population > 200))[:3]:
        day = np.arange(12, config.days, 24) + rng.integers(-8, 9, len(np.arange(12, config.days, 24)))
        created = np.datetime64(config.first_on, "s") + (np.clip(day, 0, config.days - 1) * 86400 + rng.integers(9 * 3600, 17 * 3600, len(day))).astype("timedelta64[s]")
        rows = planter.tickets("办证难", created, estate=int(estate), said=planter.say("交房多年一直办不了不动产证"), slowness=8.0, unsolved=0.9,
                               person=rng.choice(_neighbours(planter, int(estate), 5), len(day)), building=rng.integers(1, 4, len(day)))
        planter.plant("historic", "event", "办证难", rows, area=city.estate_key(int(estate)), place=city.estate_names[estate],
                      span=(config.first_on, config.last_on), note="整栋办证问题多年未解，反复重办")


def _policy(planter: Planter) -> None:
    """政策性: a step on the day a rule begins."""
    for at, l3, name, factor in ((0.78, "停车收费", "道路停车收费新规施行", 2.2), (0.33, "电动车充电隐患", "电动自行车禁止上楼规定施行", 1.2)):
        start = planter.day(at)
        days = _days(start, 160, planter)
        rows = planter.lifted(l3, days, factor, unsolved=0.55)
        planter.mark(start, "policy", name, planter.demand.catalogue.key(l3).split("->")[0])
        planter.plant("policy", "event", l3, rows, span=(start, days[-1]), note=name)


def _rises(planter: Planter) -> None:
    """Local rises of ten days in one street, without a class; a third of them in the last quarter year."""
    city, rng = planter.demand.city, planter.rng
    for order, l3 in enumerate(RISES):
        start = planter.day(0.25 + 0.6 * order / len(RISES) if order % 3 else 0.905 + 0.075 * order / len(RISES))
        street, days = int(rng.integers(0, city.streets)), _days(start, 10, planter)
        expected = planter.demand.expected(days)[planter.demand.catalogue.index(l3), street].sum()
        size = round(max(9.0, 3 * expected))
        rows = planter.tickets(l3, planter.within(start, len(days), size), street=street)
        planter.plant("", "event", l3, rows, area=city.street_key(street), span=(days[0], days[-1]), note=f"局部上升，平日十天约{expected:.1f}件")


def _silence(planter: Planter) -> None:
    """One street whose people stop calling."""
    config, city = planter.demand.config, planter.demand.city
    start = config.first_on + dt.timedelta(days=int(config.days * QUIET_FROM))
    planter.plant("", "silence", "", None, area=city.street_key(city.quiet_street), span=(start, config.last_on), note=f"诉求量降至平日的{QUIET_SHARE:.0%}，人口不变")
