"""The made-up duty catalogue: 120 third-level categories (400 in a large city) with weights, seasons, units, limits and phrases."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from weisu.simulation.config import Size

HERE = Path(__file__).parent

# twelve monthly factors per season code; January first
SEASONS = {
    "flat": [1.0] * 12,
    "summer": [0.55, 0.55, 0.7, 0.85, 1.1, 1.4, 1.9, 1.9, 1.3, 0.8, 0.6, 0.5],
    "winter": [2.4, 1.9, 0.9, 0.5, 0.4, 0.4, 0.4, 0.4, 0.5, 0.8, 1.4, 2.2],
    "heating": [2.2, 1.6, 0.6, 0.1, 0.05, 0.05, 0.05, 0.05, 0.1, 1.2, 3.2, 2.4],
    "rain": [0.4, 0.5, 0.7, 0.9, 1.2, 2.0, 2.1, 1.8, 1.1, 0.6, 0.4, 0.3],
    "night": [0.5, 0.5, 0.7, 0.9, 1.2, 1.5, 1.8, 1.7, 1.3, 0.9, 0.6, 0.5],
    "spring": [0.6, 0.8, 1.7, 1.8, 1.4, 1.0, 0.8, 0.8, 0.9, 0.9, 0.8, 0.6],
    "autumn": [0.6, 0.6, 0.7, 0.7, 0.8, 0.9, 0.9, 1.0, 1.6, 2.2, 1.6, 0.8],
    "school": [0.6, 0.7, 1.8, 1.0, 0.9, 0.9, 0.5, 0.8, 2.4, 1.0, 0.8, 0.7],
    "enrol": [0.4, 0.4, 0.7, 1.1, 1.6, 2.2, 2.4, 2.0, 0.8, 0.4, 0.3, 0.3],
    "exam": [0.7, 0.6, 0.8, 0.9, 1.3, 2.6, 0.9, 0.8, 0.9, 0.9, 0.8, 0.7],
    "wages": [3.2, 1.8, 0.6, 0.6, 0.6, 0.7, 0.7, 0.7, 0.8, 0.8, 1.1, 2.2],
    "insurance": [0.9, 0.7, 0.7, 0.6, 0.6, 0.6, 0.7, 0.7, 1.0, 2.4, 2.4, 1.7],
    "holiday": [1.3, 1.5, 0.7, 0.9, 1.4, 0.8, 0.9, 0.9, 0.9, 1.9, 0.6, 0.6],
    "shopping": [0.9, 0.8, 0.9, 0.8, 0.8, 1.6, 0.8, 0.8, 0.8, 0.9, 2.2, 1.3],
}
OFFICE = (
    "劳动社保",
    "教育",
    "医疗卫生",
    "政务服务",
    "市场监管",
)  # people call on working days, and ask more than they complain
APP_DRIVEN = ("市容环卫", "城管执法", "交通出行")  # what the merged channel brought in
AS_IT_IS = 0.5  # share of a category's tickets; the others name where it occurs
SURROUNDINGS = (
    ("商业场所", 0.2, 120),
    ("公共区域", 0.2, 120),
    ("交通场站", 0.1, 40),
)  # name, share, of how many of the commonest
SENSITIVE = ("劳动报酬", "权属登记", "村居事务", "义务教育")
LIFE_SAFETY = ("电梯困人", "燃气泄漏", "外墙脱落", "危险废物")


@dataclass(frozen=True)
class Catalogue:
    """Arrays over third-level categories (index = row of catalogue.csv)."""

    table: pl.DataFrame  # l1, l2, l3, weight, season, unit, limit_days, is_urgent, is_place, phrases
    weight: np.ndarray  # share of all tickets, sums to 1
    season: np.ndarray  # [category, month 0..11], mean 1
    phrases: tuple[tuple[str, ...], ...]

    @property
    def size(self) -> int:
        return len(self.weight)

    def index(self, l3: str) -> int:
        """Row of a third-level category."""
        return self.table["l3"].to_list().index(l3)

    def members(self, l2: str) -> np.ndarray:
        """Rows of a second-level category."""
        return np.flatnonzero(self.table["l2"].to_numpy() == l2)

    def flag(self, column: str, names: tuple[str, ...]) -> np.ndarray:
        """True where `column` is one of `names`, wherever it occurs."""
        return self.table[column].str.replace("（.*）$", "").is_in(names).to_numpy()

    def key(self, l3: str) -> str:
        """Path key of the second level, as the warehouse writes it."""
        row = self.table.row(self.index(l3), named=True)
        return f"{row['l1']}->{row['l2']}"


@cache
def load_catalogue(size: Size = Size.USUAL) -> Catalogue:
    """The catalogue that ships with weisu; in a large city each third category is told apart by where it occurs."""
    table = pl.read_csv(HERE / "catalogue.csv")
    if size is Size.LARGE:
        table = _told_apart(table)
    weight = table["weight"].to_numpy().astype(float)
    season = np.array([SEASONS[code] for code in table["season"]])
    season /= season.mean(axis=1, keepdims=True)
    phrases = tuple(tuple(text.split(";")) for text in table["phrases"])
    return Catalogue(table, weight / weight.sum(), season, phrases)


def _told_apart(table: pl.DataFrame) -> pl.DataFrame:
    """400 categories: each as it is and in other surroundings, the commonest in more of them."""
    by_weight = table.with_row_index("row").with_columns(rank=pl.col("weight").rank("ordinal", descending=True))
    parts = [by_weight.with_columns(part=pl.lit(0), share=pl.lit(AS_IT_IS))]
    for part, (place, share, most) in enumerate(SURROUNDINGS, start=1):
        named = by_weight.filter(pl.col("rank") <= most).with_columns(pl.col("l3") + f"（{place}）")
        parts.append(named.with_columns(part=pl.lit(part), share=pl.lit(share)))
    every = pl.concat(parts).with_columns(pl.col("weight") * pl.col("share")).sort("row", "part")
    return every.select(table.columns)
