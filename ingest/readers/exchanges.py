"""Two columns that stand in each other's place in many rows: one of several exports put together had them the other way round.

Each value has a home, the column of the two it is mostly found in.  A row is exchanged where both its values are away from home and each
stands where the other belongs.  Homes are found by turns: the rows decide the homes, the homes the rows.  In honest tables that share
words (a district of the matter and one of the unit) most rows have one value at home and one away, and nobody is accused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, pairwise

from ingest.errors import Refused
from ingest.readers.contents import BLANK
from ingest.readers.shapes import kind_of

Classes = Sequence[str]  # of one column: what sort of value each cell is; "" = tells nothing
Homes = Mapping[str, float]  # class -> 1 at home in the left column, -1 in the right one, between: in neither

SAMPLE_ROWS = 4000  # evenly spread over the rows
MOST_COLUMNS, MOST_PAIRS = 100, 60  # wider tables are not looked at, nor more pairs of columns that share words
LEAST_ROWS = 10  # exchanged rows that are more than chance
OFTEN, OFTEN_IN_FEW, FEW_ROWS = 3, 2, 500  # cells of one word; rarer ones count by their kind
SURE = 0.8  # share by which a class is at home
MIXED_SHARE, NEUTRAL_SHARE = 0.1, 0.3  # of the rows judged: one value at home and one away; homeless values
UNCLEAR_SHARE = 0.4  # of the rows: which of the two ways is the right one nobody can tell
LEAST_WORDS, LEAST_WORDS_SCATTERED, ROWS_A_RUN = 5, 6, 5
TURNS = 8
TEXT = "\0"  # before the kind of a cell that is no word


@dataclass
class Exchanges:
    """Finds the exchanged rows of a table, some rows at a time in file order; what is at home where is carried on."""

    label: str
    header: Sequence[str]

    def __post_init__(self) -> None:
        self._words: set[str] = set()
        self._known: dict[int, Counter[str]] = {}  # place of a column -> how often its classes came, in their place
        self._pairs: set[tuple[int, int]] = set()
        self._judged = self._exchanged = 0

    def passes(self, height: int, suspects: Collection[int] | None) -> bool:
        """Whether so many later rows need no look: no column holds many strangers (`suspects`), and none was exchanged before."""
        if suspects is None or suspects or self._pairs:
            return False
        self._judged += height
        return True

    def sampled_rows(
        self, height: int, cells: Callable[[int], Sequence[Sequence[str]]], suspects: Collection[int] | None = None
    ) -> set[int]:
        """As `rows`, but looks at a sample first.

        Args:
            cells: the columns of every so manieth row.
        """
        if len(self.header) > MOST_COLUMNS:
            return set()
        step = max(1, height // SAMPLE_ROWS)
        found = self.rows(cells(step), suspects, step=step)
        return self.rows(cells(1), suspects) if found and step > 1 else found

    def rows(
        self, columns: Sequence[Sequence[str]], suspects: Collection[int] | None = None, *, step: int = 1
    ) -> set[int]:
        """Places (from 0) of the exchanged rows among these.

        Args:
            columns: the cells of each column.
            suspects: places of columns of which one at least takes part; None = any may.
            step: these are every so manieth row of some that are asked for as a whole where any are found; then nothing is learned of these.

        Raises:
            Refused: nearly as many rows stand one way as the other.
        """
        counts = [Counter(cells) for cells in columns]
        often = OFTEN if columns and len(columns[0]) >= FEW_ROWS else OFTEN_IN_FEW
        self._words |= {cell for found in counts for cell, count in found.items() if count >= often}
        sorts = {cell: self._class_of(cell) for found in counts for cell in found}
        totals = [_totals(found, sorts) for found in counts]
        bad: set[int] = set()
        for pair in islice(self._candidates(totals, suspects), MOST_PAIRS):
            left, right = ([sorts[cell] for cell in columns[i]] for i in pair)
            exchanged = exchanged_rows(left, right, *(self._known.get(i, Counter()) for i in pair))
            if exchanged:
                self._pairs.add(pair)
                bad |= exchanged
        if not bad or step == 1:
            self._learn(columns, sorts, bad, step)
        return bad

    def _class_of(self, cell: str) -> str:
        text = cell.strip()
        if BLANK.fullmatch(text):
            return ""
        return cell if cell in self._words else TEXT + kind_of(text)

    def _candidates(
        self, totals: Sequence[Counter[str]], suspects: Collection[int] | None
    ) -> Iterator[tuple[int, int]]:
        """Pairs of columns that have values in common, or had them before."""
        known = [total + self._known.get(i, Counter()) for i, total in enumerate(totals)]
        for left, right in combinations(range(len(totals)), 2):
            if suspects is not None and (left, right) not in self._pairs and not {left, right} & set(suspects):
                continue
            if _shared(known[left], known[right]) >= LEAST_ROWS:
                yield left, right

    def _learn(self, columns: Sequence[Sequence[str]], sorts: Mapping[str, str], bad: set[int], step: int) -> None:
        for place, cells in enumerate(columns):
            kept = (sorts[cell] for at, cell in enumerate(cells) if at not in bad) if bad else (sorts[c] for c in cells)
            self._known.setdefault(place, Counter()).update(kept)
        self._judged += len(columns[0]) * step if columns else 0
        self._exchanged += len(bad)
        if self._exchanged > max(LEAST_ROWS, UNCLEAR_SHARE * self._judged):
            names = " / ".join(f"{self.header[a]!r} {self.header[b]!r}" for a, b in sorted(self._pairs))
            raise Refused(f"columns stand in each other's place in {self._exchanged} of {self._judged} rows: {names}",
                          code="exchanged_columns", where=self.label, todo="export it again, or load the parts one by one")  # fmt: skip


def _shared(left: Counter[str], right: Counter[str]) -> int:
    """Values in common; what most cells of both columns are, such as dates, tells nothing."""
    most = (1 - UNCLEAR_SHARE) * min(left.total() - left[""], right.total() - right[""])
    return sum(least for sort in left.keys() & right.keys() - {""} if (least := min(left[sort], right[sort])) < most)


def _totals(found: Mapping[str, int], sorts: Mapping[str, str]) -> Counter[str]:
    total: Counter[str] = Counter()
    for cell, count in found.items():
        total[sorts[cell]] += count
    return total


def exchanged_rows(left: Classes, right: Classes, known_left: Counter[str], known_right: Counter[str]) -> set[int]:
    """Places of the rows in which two columns are exchanged beyond doubt; none where they merely have words in common.

    Args:
        left, right: the classes of both columns, row by row.
        known_left, known_right: how often each class came in its column before these rows.
    """
    rows = list(zip(left, right, strict=True))
    pairs, known = Counter(rows), (known_left, known_right)
    for beginning in _beginnings(rows):
        homes = _homes(pairs, known, beginning)
        sides = {pair: _side(pair, homes) for pair in pairs}
        found = {pair: count for pair, count in pairs.items() if sides[pair] == "exchanged"}
        if _is_beyond_doubt(pairs, sides, found, homes, is_known=bool(known_left)):
            return _places(rows, sides, found)
    return set()


def _places(rows: Sequence[tuple[str, str]], sides: Mapping[tuple[str, str], str], found: Mapping[tuple[str, str], int]) -> set[int]:  # fmt: skip
    """The exchanged rows, and of the rows that do not tell those beside them; anywhere, where exchanged rows are scattered."""
    places = [at for at, pair in enumerate(rows) if pair in found]
    runs = sum(after - before > 1 for before, after in pairwise(places)) + 1
    is_scattered = runs * ROWS_A_RUN > len(places)
    if _variety(found) < (LEAST_WORDS_SCATTERED if is_scattered else LEAST_WORDS):
        return set()
    bad, untold = set(places), {at for at, pair in enumerate(rows) if all(pair) and sides[pair] in ("", "mixed")}
    if is_scattered:
        return bad | untold
    for step in (1, -1):
        for place in places:
            while (place := place + step) in untold:
                bad.add(place)
    return bad


def _beginnings(rows: Sequence[tuple[str, str]]) -> Iterator[Mapping[tuple[str, str], int]]:
    """Rows by which the homes are guessed first: all of them, and of few then a third, which may all stand one way."""
    yield Counter(rows)
    if len(rows) >= FEW_ROWS:
        return
    third = len(rows) // 3 + 1
    for at in range(0, len(rows), third):
        yield Counter(rows[at : at + third])


def _homes(
    pairs: Mapping[tuple[str, str], int], known: tuple[Counter[str], Counter[str]], beginning: Mapping[tuple[str, str], int]
) -> Homes:  # fmt: skip
    """By turns: the homes of all classes, and with them which rows stand the other way; most stand the usual way."""
    homes = _counted(beginning, known, frozenset())
    turned: frozenset[tuple[str, str]] = frozenset()
    for _ in range(TURNS):
        now = frozenset(p for p in pairs if homes.get(p[0], 0.0) < homes.get(p[1], 0.0))
        if not known[0] and 2 * sum(pairs[pair] for pair in now) > sum(pairs.values()):
            now = frozenset(p for p in pairs if p not in now and p[0] != p[1])
        homes = _counted(pairs, known, now)
        if now == turned:
            break
        turned = now
    return homes


def _counted(
    pairs: Mapping[tuple[str, str], int], known: tuple[Counter[str], Counter[str]], turned: Collection[tuple[str, str]]
) -> Homes:  # fmt: skip
    lefts, rights = Counter(known[0]), Counter(known[1])
    for pair, count in pairs.items():
        one, other = reversed(pair) if pair in turned else pair
        lefts[one] += count
        rights[other] += count
    sorts = {sort for pair in pairs for sort in pair if sort}
    return {sort: (lefts[sort] - rights[sort]) / (lefts[sort] + rights[sort]) for sort in sorts}


def _side(pair: tuple[str, str], homes: Homes) -> str:
    """usual, exchanged, mixed, or "" where neither value has a home."""
    one, other = homes.get(pair[0], 0.0), -homes.get(pair[1], 0.0)
    at_home, away = max(one, other) >= SURE, min(one, other) <= -SURE
    if at_home and away:
        return "mixed"
    return "usual" if at_home else "exchanged" if away else ""


def _is_beyond_doubt(
    pairs: Mapping[tuple[str, str], int], sides: Mapping[tuple[str, str], str], found: Mapping[tuple[str, str], int],
    homes: Homes, *, is_known: bool,
) -> bool:  # fmt: skip
    exchanged = sum(found.values())
    both = sum(count for pair, count in found.items() if all(pair))
    mixed = sum(count for pair, count in pairs.items() if sides[pair] == "mixed")
    homeless = sum(count for pair, count in pairs.items() for s in pair if s and abs(homes[s]) < SURE)
    filled = sum(count for pair, count in pairs.items() for s in pair if s)
    if (
        both < LEAST_ROWS
        or both * 2 < exchanged
        or mixed > MIXED_SHARE * exchanged
        or homeless > NEUTRAL_SHARE * filled
    ):
        return False
    usual = {pair for pair in pairs if sides[pair] == "usual"}
    again = {pair: count for pair, count in found.items() if count >= OFTEN}  # where 3 goes with 7, 7 must go with 3
    met = sum(count for pair, count in again.items() if (pair[1], pair[0]) in usual)
    return met * 2 >= sum(again.values()) or (is_known and sum(pairs[pair] for pair in usual) * 10 < exchanged)


def _variety(found: Mapping[tuple[str, str], int]) -> int:
    """How many different values the exchanged rows hold, on the poorer side at least two; a kind of its own (dates, codes, free text) counts for all."""
    lefts, rights = ({pair[i] for pair in found if pair[i]} for i in (0, 1))
    if any(sort.startswith(TEXT) for sort in lefts ^ rights):
        return LEAST_WORDS_SCATTERED
    return len(lefts) + len(rights) if min(len(lefts), len(rights)) > 1 else 0
