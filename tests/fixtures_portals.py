"""Exports of portals and platforms as they are laid out in the world: real header names, invented values.

A layout is lines `header | kind of value | field`; without a field the column must not be taken for id, created or closed.
`a/b` as a field: either counts; `a.time` holds the time of day of the date of `a`.
TUNED layouts were looked at while the method was made, the others only afterwards.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
from dataclasses import dataclass
from pathlib import Path

from tests.fixtures_portals_held_out import HELD_OUT_LAYOUTS, SECOND_LAYOUTS, THIRD_LAYOUTS
from tests.fixtures_portals_strangers import FIFTH_LAYOUTS, FOURTH_LAYOUTS, TITLED
from tests.fixtures_portals_tuned import TUNED_LAYOUTS

ROWS = 150
ENGLISH = {
    "type": ["Noise - Residential", "Illegal Parking", "Pothole", "Graffiti Removal", "Missed Collection", "Street Light Out", "Rodent Activity"],
    "detail": ["Loud Music/Party", "Banging", "Blocked Hydrant", "No Access", "Street", "Alley", "Private Property", "Recycling", "Trash",
               "One Light", "All Lights", "Rat Sighting", "Condition Attracting Rodents"],
    "group": ["Sanitation", "Streets", "Noise"],
    "code": ["PHF", "GRAF", "SFD", "SGA", "NOI"],
    "status": ["Open", "Closed", "In Progress"],
    "channel": ["Phone", "Web", "Mobile App", "Walk-in"],
    "unit": ["Department of Sanitation", "Public Works", "Transportation", "Parks"],
    "unit_code": ["DSNY", "NYPD", "DOT"],
    "hood": ["Riverside", "Old Town", "Eastgate", "Harbor", "Mill Hill", "North End"],
    "borough": ["NORTH", "SOUTH", "EAST", "WEST"],
    "ward": [str(i) for i in range(1, 15)],
    "street": ["MAIN ST", "OAK AVE", "3RD ST", "ELM BLVD"],
    "city": ["Springfield"], "county": ["Clay County"], "zip": ["10451", "60614", "33125", "94103"], "priority": ["Standard", "High", "Emergency"],
    "reply": ["The crew visited the place and fixed it.", "No violation was found at the time of inspection.", "Duplicate of an earlier request."],
    "outcome": ["Completed", "No Action Needed", "Referred"],
    "text": ["The bin was not emptied again this week and it smells", "Water runs down the street since the morning", "A car stands in front of the gate every night"],
    "title": ["Bin not emptied on Main St", "Water on the street", "Car blocks the gate", "Lamp broken near the school", "Loud party again"],
    "org": ["BOS", "LADWP"], "member": ["A. Person", "B. Person"], "kind": ["Complaint", "Request", "Inquiry"],
    "location_type": ["Residential Building", "Street/Sidewalk", "Park"], "weekday": ["Monday", "Friday"], "month": ["1", "2", "3"],
}  # fmt: skip
CHINESE = {
    "kind": ["投诉", "咨询", "求助", "建议", "表扬"],
    "group": ["城市管理", "公共安全", "住房保障"], "type": ["市容环卫", "噪声扰民", "物业管理", "道路交通", "供水供电"],
    "detail": ["占道经营", "施工噪声", "垃圾清运", "电梯故障", "停车收费", "停水", "路灯不亮", "违章停车", "油烟"],
    "path": ["城市管理->市容环卫->占道经营", "城市管理->市容环卫->垃圾清运", "住房保障->物业管理->电梯故障", "公共安全->噪声扰民"],
    "path_": ["城乡建设_物业管理_电梯故障", "城乡建设_市容环卫_占道经营", "劳动社保_工资_欠薪"],
    "status": ["已办结", "办理中", "待签收"], "channel": ["12345热线", "微信公众号", "网站", "APP"],
    "unit": ["区城管局", "区住建局", "东湖街道办事处", "市公交公司"], "district": ["东湖区", "西山区", "南关区"],
    "street": ["东湖街道", "西山街道", "二桥镇", "南关街道"], "community": ["幸福社区", "和平社区", "向阳村"], "estate": ["锦绣花园", "幸福里", "和平苑"],
    "address": ["东湖路12号门前", "西山大道与和平路交叉口", "幸福里小区3号门"], "priority": ["一般", "紧急", "特急"],
    "text": ["市民反映小区门口的路灯已经坏了一周，晚上出行不便，希望尽快维修", "来电反映工地夜间施工噪声很大，影响休息，要求处理", "咨询公交线路调整后的首末班时间"],
    "title": ["小区门口路灯不亮", "工地夜间施工噪声扰民", "咨询公交线路首末班时间", "电梯经常停运", "垃圾三天没有清运"],
    "reply": ["经核实，已安排维修人员到场处理，路灯恢复照明", "已责令施工单位停止夜间施工并张贴公告", "已电话答复来电人"],
    "rating": ["满意", "基本满意", "不满意", "未评价"], "name": ["〔名〕甲", "〔名〕乙"], "sex": ["男", "女"], "yesno": ["是", "否"],
    "domain": ["城建", "交通", "环保", "教育"], "limit": ["5个工作日", "3个工作日"], "flow": ["市→区→街道", "市→局"],
}  # fmt: skip
FORMATS = {
    "ymd": "%Y-%m-%d %H:%M:%S", "iso": "%Y-%m-%dT%H:%M:%S.000", "isoz": "%Y-%m-%dT%H:%M:%SZ", "offset": "%Y-%m-%dT%H:%M:%S-07:00",
    "mdy12": "%m/%d/%Y %I:%M:%S %p", "mdy24": "%m/%d/%Y %H:%M", "dmy": "%d/%m/%Y %H:%M:%S", "day": "%Y-%m-%d", "mdyday": "%m/%d/%Y",
    "slash": "%Y/%m/%d %H:%M:%S", "pg": "%Y-%m-%d %H:%M:%S+00", "arcgis": "%Y/%m/%d %H:%M:%S+00", "minute": "%Y-%m-%d %H:%M",
    "long": "%B %d, %Y %I:%M %p", "zh": "%Y年%m月%d日 %H:%M", "compact": "%Y%m%d%H%M%S",
    "hhmm": "%H%M", "time": "%H:%M:%S", "time12": "%I:%M %p",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One column of a layout."""

    header: str
    kind: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """One portal or platform."""

    name: str
    lines: tuple[Line, ...]

    def expected(self) -> dict[str, set[str]]:
        """Field -> headers that are right for it."""
        found: dict[str, set[str]] = {}
        for line in self.lines:
            for field in line.fields:
                found.setdefault(field, set()).add(line.header)
        return found


def layouts(texts: dict[str, str]) -> list[Layout]:
    """Parse the layouts of one of the two files."""
    return [Layout(name, tuple(_line(raw) for raw in text.strip().splitlines())) for name, text in texts.items()]


def _line(raw: str) -> Line:
    header, kind, field = (part.strip() for part in f"{raw} | | ".split("|")[:3])
    return Line(header, kind, tuple(f for f in field.split("/") if f))


TUNED, HELD_OUT, SECOND, THIRD, FOURTH, FIFTH = map(
    layouts, (TUNED_LAYOUTS, HELD_OUT_LAYOUTS, SECOND_LAYOUTS, THIRD_LAYOUTS, FOURTH_LAYOUTS, FIFTH_LAYOUTS)
)


def write_export(layout: Layout, folder: Path, *, seed: int = 7, rows: int = ROWS) -> Path:
    """A CSV of the layout with invented values; a workbook with title rows where the layout has such."""
    rng = random.Random(f"{layout.name}{seed}")
    is_zh = any("\u4e00" <= c <= "\u9fff" for line in layout.lines for c in line.header)
    words = CHINESE if is_zh else ENGLISH
    table = [[line.header for line in layout.lines]]
    start = dt.datetime(2023, 3, 1, 6)
    for number in range(rows):
        start += dt.timedelta(minutes=rng.randint(1, 400), seconds=rng.randint(0, 59))
        ticket = _ticket(start, rng)
        table.append([_value(line.kind, number, ticket, words, rng) for line in layout.lines])
    return _workbook(layout.name, table, folder) if layout.name in TITLED else _csv(layout.name, table, folder)


def _csv(name: str, table: list[list[str]], folder: Path) -> Path:
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(table)
    return path


def _workbook(name: str, table: list[list[str]], folder: Path) -> Path:
    import xlsxwriter

    path, titles = folder / f"{name}.xlsx", TITLED[name]
    book = xlsxwriter.Workbook(path, {"strings_to_numbers": False})
    sheet = book.add_worksheet("查询结果")
    for number, row in enumerate([*([title] for title in titles), *table]):
        sheet.write_row(number, 0, row)
    book.close()
    return path


def _ticket(created: dt.datetime, rng: random.Random) -> dict[str, dt.datetime | None]:
    """The clocks of one ticket; a quarter is still open."""
    minutes = dt.timedelta(minutes=1)
    dispatched = created + rng.randint(3, 300) * minutes
    closed = dispatched + rng.randint(30, 20_000) * minutes if rng.random() < 0.75 else None
    return {
        "happened": created - rng.randint(5, 500) * minutes, "created": created, "registered": created + rng.randint(1, 9) * minutes,
        "dispatched": dispatched, "signed": dispatched + rng.randint(2, 90) * minutes, "closed": closed, "due": created + 5 * 1440 * minutes,
        "updated": (closed or dispatched) + rng.randint(0, 9000) * minutes, "contacted": dispatched + rng.randint(5, 500) * minutes,
        "archived": closed + 60 * minutes if closed else None,
    }  # fmt: skip


def _value(kind: str, number: int, ticket: dict, words: dict[str, list[str]], rng: random.Random) -> str:
    name, _, rest = kind.partition(":")
    if name in ticket:
        return _instant(ticket[name], rest or "ymd")
    if name == "id":
        return rest.format(n=101_000 + number * 7 + rng.randint(0, 6), i=number + 1, r=rng.randint(10**6, 10**7 - 1))
    if name in ("text", "title"):
        return (
            f"{rng.choice(words['address' if words is CHINESE else 'street'])} {number % 97} {rng.choice(words[name])}"
        )
    if name in words and not rest:
        return rng.choice(words[name])
    return _other(name, rest, number, ticket, rng)


def _instant(at: dt.datetime | None, form: str) -> str:
    if at is None:
        return ""
    if form == "ms":
        return str(int(at.replace(tzinfo=dt.UTC).timestamp() * 1000))
    if form == "unpadded":
        return f"{at.year}/{at.month}/{at.day} {at.hour}:{at.minute:02d}"
    return at.strftime(FORMATS[form])


def _other(name: str, rest: str, number: int, ticket: dict, rng: random.Random) -> str:
    lat, lon = 40.6 + rng.random() * 0.2, -74.1 + rng.random() * 0.2
    made = {
        "lat": f"{lat:.6f}", "lon": f"{lon:.6f}", "zlat": f"{31.3 + rng.random() * 0.1:.6f}", "zlon": f"{118.3 + rng.random() * 0.2:.6f}",
        "point": f"({lat:.6f}, {lon:.6f})", "wkt": f"POINT ({lon:.6f} {lat:.6f})", "x": f"{rng.uniform(990_000, 1_060_000):.2f}",
        "y": f"{rng.uniform(150_000, 270_000):.2f}", "row": str(number + 1), "guid": f"{rng.getrandbits(64):016x}",
        "code": f"A0{number % 9}", "address": f"{rng.randint(1, 2999)} {rng.choice(ENGLISH['street'])}", "blank": "", "url": f"example.invalid/{number}.jpg",
        "phone": f"555-01{rng.randint(10, 99)}", "mobile": f"138****{rng.randint(1000, 9999)}", "int": str(rng.randint(0, 40)),
        "yn": rng.choice("YN"), "tf": rng.choice(["true", "false"]), "year": "2023", "age": str(rng.randint(18, 80)),
        "maybe_id": f"24-{rng.randint(10**6, 10**7 - 1)}" if rng.random() < 0.1 else "", "user": f"user{rng.randint(100, 999)}",
        "late": rng.choice(["YES", "NO"]), "full_address": f"{rng.randint(1, 2999)}  {rng.choice(ENGLISH['street'])}, Springfield, 7820{number % 9}",
        "const": rest, "hours": f"{rng.random() * 90:.2f}",
    }  # fmt: skip
    return made[name]
