"""Whole blocks of rows in which two columns stand the other way round: created and closed, title and text.

One value alone tells nothing here, both columns hold dates, or text; their order does: a ticket ends after it begins, a title is shorter
than the text.  A single row that ends before it begins is loaded with a flag; a long block of them came from an export with two names
exchanged, and its rows are set aside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    import numpy as np

LEAST_ROWS, LEAST_TEXTS = 20, 10  # of a block of times, and of texts
USUAL_SHARE = 0.95  # of the rows outside have their title shorter than their text
ALONE = 10  # reversed rows on both sides of a single row in order: it belongs to the block
OPEN_SHARE = 0.02  # rows of a block without an end: exchanged columns would leave them without a beginning
NARROWER = (
    0.67  # spread of creations to spread of ends: tickets typed in afterwards are created within an hour or a day
)
REASON = "exchanged_columns"


class Reversals:
    """Finds such blocks part by part."""

    def __init__(self) -> None:
        self._usual = self._odd = 0  # rows with the title shorter than the text, and longer

    def judge(self, judged: pl.DataFrame) -> pl.DataFrame:
        """The rows with `reason` set where they stand in such a block; in file order."""
        judged = _set_aside(judged, _times_blocks(judged), ("created_at", "closed_at"))
        return _set_aside(judged, self._text_blocks(judged), ("title", "text"))

    def _text_blocks(self, judged: pl.DataFrame) -> list[tuple[int, int]]:
        lengths = judged.select(pl.col("title", "text").str.strip_chars().str.len_bytes())
        order = lengths.select((pl.col("text").cast(pl.Int64) - pl.col("title").cast(pl.Int64)).sign()).to_series()
        usual, odd = (order == 1).sum() or 0, (order == -1).sum() or 0
        blocks = _blocks(order, LEAST_TEXTS) if odd >= LEAST_TEXTS else []
        inside = sum((order.slice(first, last + 1 - first) == -1).sum() for first, last in blocks)
        self._usual, self._odd = self._usual + usual, self._odd + odd - inside
        known = self._usual + self._odd
        return blocks if self._usual >= LEAST_ROWS and self._usual >= USUAL_SHARE * known else []


def _set_aside(judged: pl.DataFrame, blocks: list[tuple[int, int]], names: tuple[str, str]) -> pl.DataFrame:
    """Rows of the blocks that hold both values."""
    if not blocks:
        return judged
    place = pl.int_range(pl.len())
    is_bad = pl.any_horizontal(place.is_between(first, last) for first, last in blocks)
    is_bad &= pl.all_horizontal(pl.col(names).is_not_null()) & pl.col("reason").is_null()
    return judged.with_columns(reason=pl.when(is_bad).then(pl.lit(REASON)).otherwise("reason"))


def _times_blocks(judged: pl.DataFrame) -> list[tuple[int, int]]:
    order = judged.select((pl.col("closed_at") - pl.col("created_at")).dt.total_microseconds().sign()).to_series()
    if ((order == -1).sum() or 0) < LEAST_ROWS:
        return []
    return [(first, last) for first, last in _blocks(order, LEAST_ROWS) if _is_exchange(judged[first : last + 1])]


def _is_exchange(block: pl.DataFrame) -> bool:
    """Not tickets that were typed in after they were handled, nor some that are still open."""
    is_open = pl.col("created_at").is_not_null() & pl.col("closed_at").is_null()
    spreads = [pl.col(name).dt.epoch("s").quantile(0.75) - pl.col(name).dt.epoch("s").quantile(0.25) for name in ("created_at", "closed_at")]  # fmt: skip
    open_rows, created, closed = block.select(is_open.sum(), spreads[0].alias("created"), spreads[1].alias("closed")).row(0)  # fmt: skip
    return open_rows <= OPEN_SHARE * block.height and created >= NARROWER * closed


def _blocks(order: pl.Series, least: int) -> list[tuple[int, int]]:
    """First and last place of the runs of -1, over null and 0, and over a single 1 in their midst."""
    decided = order.fill_null(0).to_numpy()
    places = decided.nonzero()[0]
    runs = _runs(decided[places])
    joined: list[list[int]] = []
    for first, last in runs:
        if joined and first - joined[-1][1] == 2 and min(last - first, joined[-1][1] - joined[-1][0]) >= ALONE:
            joined[-1][1] = last
        else:
            joined.append([first, last])
    return [(int(places[first]), int(places[last])) for first, last in joined if last + 1 - first >= least]


def _runs(signs: np.ndarray) -> list[tuple[int, int]]:
    """First and last index of each run of negative signs."""
    import numpy as np

    edges = np.diff(np.concatenate([[0], (signs < 0).astype(np.int8), [0]]))
    return list(zip(np.flatnonzero(edges == 1).tolist(), (np.flatnonzero(edges == -1) - 1).tolist(), strict=True))
