"""What the columns of a table hold, learned from the table itself: dates, codes, numbers of a narrow range, one of few words."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.readers.shapes import COMPILED

Count = Callable[[int], Mapping[str, int]]  # place of a column -> cell -> how often it comes

LOOK_AT = 2000  # rows from which kinds, ranges and fillings are learned
LEAST_ROWS, MOST_WORDS, LONGEST_WORD = 20, 1000, 40
COVERED_SHARE = 0.95  # of the filled cells hold a word that comes again and again
NARROW = 0.1  # of the largest value: coordinates of one city lie closer together
RARE_ROWS, RARE_SHARE = 3, 0.01  # no more of the cells are blank, or strangers
STRICT_ROWS, STRICT_SHARE = 1000, 0.002  # of so many cells no more are strangers
LONG_TEXT = 12  # characters of half the cells at least
BLANK = re.compile(r"[\W_]*|null|none|n/?a|nan|无|空|不详|未知|不明", re.IGNORECASE)
EMPTY_WORDS = ("", "-", "--", "/", "无", "null", "NULL")  # the commonest blanks: passed over quickly
WHOLE_DATE = re.compile(
    COMPILED["date"].pattern + r"[日号]?[T\s]*[0-9:.ZAPMapm+\s上下午时点分秒-]{0,22}", COMPILED["date"].flags
)


@dataclass(frozen=True)
class Column:
    """What the filled cells of one column are."""

    kind: str = ""  # date, time, code, number, word; "" = any text
    words: frozenset[str] = frozenset()
    low: float = float("-inf")
    high: float = float("inf")
    is_usual: bool = False  # filled in nearly every row
    is_pure: bool = False  # hardly a stranger in it
    is_strict: bool = False  # among a thousand cells at most two
    is_long: bool = False  # text of some length

    @property
    def weight(self) -> int:
        """What a value of this column proves in another place: 4 for what occurs nowhere else, 2 for a word or any number."""
        return 2 if self.kind == "word" or (self.kind == "number" and not self.is_narrow) else 4

    @property
    def is_narrow(self) -> bool:
        """Numbers that lie close together."""
        return self.low > float("-inf")

    def fits(self, cell: str) -> bool:
        """Whether the cell may stand here."""
        if self.kind == "word":
            return cell.strip() in self.words
        if not self.kind:
            return True
        return bool(COMPILED[self.kind].match(cell)) and (self.kind != "number" or self.low <= float(cell) <= self.high)

    def owns(self, cell: str) -> bool:
        """Whether the cell is such a value from its beginning to its end; text owns nothing."""
        return bool(self.kind) and self.fits(cell) and (self.kind != "date" or bool(WHOLE_DATE.fullmatch(cell)))

    def rejects(self, cell: str) -> bool:
        """Whether the cell can be no value of this column, not even one that is new."""
        if self.kind != "word":
            return self.is_pure and bool(self.kind) and not COMPILED[self.kind].match(cell)
        is_value = any(COMPILED[kind].match(cell) for kind in ("date", "number"))
        return self.is_pure and (is_value or len(cell) > 2 * max(map(len, self.words)))


def learn(kinds: dict[int, str], heads: Sequence[Sequence[str]], count: Count) -> list[Column]:
    """The columns of a table.

    Args:
        kinds: of the columns that hold one kind of value.
        heads: the first cells of each column, at most LOOK_AT.
        count: how often each cell of a column comes in all rows known so far.
    """
    return [
        _typed(kinds[i], head) if i in kinds else _worded(head, lambda i=i: count(i)) for i, head in enumerate(heads)
    ]


def learn_more(columns: Sequence[Column], places: Collection[int], count: Count) -> list[Column]:
    """The columns, those at `places` with the words that later rows bring again and again."""
    return [
        replace(column, words=column.words | _words(count(i))) if i in places else column
        for i, column in enumerate(columns)
    ]


def _typed(kind: str, head: Sequence[str]) -> Column:
    filled = _filled(head)
    strangers = sum(not COMPILED[kind].match(cell) for cell in filled)
    column = _judged(Column(kind, is_usual=_is_usual(head)), strangers, len(filled))
    if kind != "number" or sum("." in cell for cell in filled) < COVERED_SHARE * len(filled):
        return column  # whole numbers count or follow each other: what comes later lies outside
    numbers = sorted(float(cell) for cell in filled if COMPILED["number"].match(cell))
    low, high = numbers[len(numbers) // 20], numbers[-1 - len(numbers) // 20]
    spread = high - low
    if not 0 < spread <= NARROW * max(abs(low), abs(high)):
        return column
    return replace(column, low=low - spread, high=high + spread)


def _worded(head: Sequence[str], count: Callable[[], Mapping[str, int]]) -> Column:
    filled = _filled(head)
    column = Column(is_usual=_is_usual(head))
    if len(filled) < LEAST_ROWS:
        return column
    words = _words(count()) if len(set(filled)) <= min(MOST_WORDS, len(filled) // 3) else frozenset()
    if not words:
        return replace(column, is_long=sum(len(cell) >= LONG_TEXT for cell in filled) * 2 > len(filled))
    strangers = sum(cell not in words and cell not in EMPTY_WORDS for cell in filled)
    return _judged(replace(column, kind="word", words=words), strangers, len(filled))


def _judged(column: Column, strangers: int, rows: int) -> Column:
    is_strict = rows >= STRICT_ROWS and strangers <= STRICT_SHARE * rows
    return replace(column, is_pure=strangers <= _rare(rows), is_strict=is_strict)


def _words(counts: Mapping[str, int]) -> frozenset[str]:
    """The words of a column that has few; empty for any other."""
    filled = {cell.strip(): count for cell, count in counts.items() if cell and not BLANK.fullmatch(cell.strip())}
    rows = sum(filled.values())
    often = min(max(3, rows // 200), 20)  # slipped rows bring theirs once or twice
    words = frozenset(word for word, count in filled.items() if count >= often)
    is_closed = 2 <= len(words) <= MOST_WORDS and sum(filled[word] for word in words) >= COVERED_SHARE * rows
    return words if is_closed and max(map(len, words)) <= LONGEST_WORD else frozenset()


def _filled(cells: Sequence[str]) -> list[str]:
    return [stripped for cell in cells if (stripped := cell.strip())]


def _is_usual(cells: Sequence[str]) -> bool:
    return len(cells) >= LEAST_ROWS and len(cells) - len(_filled(cells)) <= _rare(len(cells))


def _rare(rows: int) -> float:
    return max(RARE_ROWS, RARE_SHARE * rows)
