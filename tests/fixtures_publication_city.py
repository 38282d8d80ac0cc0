"""The made-up city of the fixture publication: its districts, streets, categories and days."""

from __future__ import annotations

import datetime as dt
import math

Rows = list[dict[str, object]]
AS_OF = dt.date(2026, 3, 29)  # a Sunday: the last week is complete
FIRST = AS_OF - dt.timedelta(days=60 * 7 - 1)
BUILT_AT = dt.datetime(2026, 3, 29, 22, 0)
DISTRICTS = {"东湖区": (31.24, 121.42), "西山区": (31.20, 121.34)}
STREETS = ("一马路街道", "二桥街道", "三塘街道", "四方街道")
CATEGORIES = {
    "城市管理->噪声扰民": ("夜间施工", "广场舞"),
    "城市管理->垃圾清运": ("垃圾堆积",),
    "公用事业->停水停电": ("停水", "停电"),
}
CHANNELS = ("电话", "微信", "网站", "领导留言板")


def areas() -> Rows:
    """Rows of dim_area."""
    rows = [
        {
            "area_key": "*",
            "area_level": "city",
            "area_name": "*",
            "population": 1_200_000,
            "lat": 31.22,
            "lon": 121.38,
        }
    ]
    for d, (lat, lon) in DISTRICTS.items():
        rows.append(
            {
                "area_key": d,
                "area_level": "district",
                "area_name": d,
                "parent_area_key": "*",
                "district": d,
                "population": 600_000,
                "lat": lat,
                "lon": lon,
            }
        )
        rows += [{"area_key": f"{d}/{s}", "area_level": "street", "area_name": s, "parent_area_key": d, "district": d, "street": s, "population": 150_000,
                  "lat": centre(d, s)[0], "lon": centre(d, s)[1]} for s in STREETS]  # fmt: skip
    return rows


def centre(district: str, street: str) -> tuple[float, float]:
    """lat, lon of a street."""
    turn = STREETS.index(street) * math.pi / 2
    lat, lon = DISTRICTS[district]
    return lat + 0.012 * math.sin(turn), lon + 0.018 * math.cos(turn)


def categories() -> Rows:
    """Rows of dim_category."""
    rows: Rows = [{"category_key": "*", "category_level": 0, "category_name": "*"}]
    for l1 in dict.fromkeys(key.split("->")[0] for key in CATEGORIES):
        rows.append(
            {
                "category_key": l1,
                "category_level": 1,
                "category_name": l1,
                "parent_category_key": "*",
                "category_l1": l1,
                "domain": l1,
            }
        )
    for l2, thirds in CATEGORIES.items():
        l1, name = l2.split("->")
        rows.append(
            {
                "category_key": l2,
                "category_level": 2,
                "category_name": name,
                "parent_category_key": l1,
                "category_l1": l1,
                "category_l2": name,
                "domain": l1,
            }
        )
        rows += [
            {
                "category_key": f"{l2}->{t}",
                "category_level": 3,
                "category_name": t,
                "parent_category_key": l2,
                "category_l1": l1,
                "category_l2": name,
                "category_l3": t,
            }
            for t in thirds
        ]
    return rows
