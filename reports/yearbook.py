"""What a year's report may tell of counts: the cells of the year's open data, and of the year before, nothing else (docs/decisions/0015)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from reports.context import Figure
from reports.open_data.cells import ALL, Cell
from reports.open_data.releases import Edition
from reports.wording import Wording

MONTHS, QUARTER = 12, 3


@dataclass(frozen=True)
class Yearbook:
    """The released counts of a year beside those of the year before."""

    edition: Edition
    before: Edition | None  # None: nothing of that year can be told

    @cached_property
    def _now(self) -> dict[Cell, int | None]:
        return dict(self.edition.release.rows())

    @cached_property
    def _then(self) -> dict[Cell, int | None]:
        return dict(self.before.release.rows()) if self.before else {}

    @property
    def year(self) -> int:
        return self.edition.year

    @property
    def months(self) -> tuple[str, ...]:
        """The months that the data cover: 2014-01 …"""
        return self.edition.release.months

    @cached_property
    def categories(self) -> list[str]:
        """Categories of level 1, most reports first; those whose count is withheld last."""
        return self._largest([cell for cell in self._now if cell[:2] == (ALL, ALL) and cell[3] == ALL and cell[2] != ALL], 2)  # fmt: skip

    @cached_property
    def districts(self) -> list[str]:
        """Districts that are known, in the same order."""
        found = [cell for cell in self._now if cell[0] not in (ALL, "") and cell[1:] == (ALL, ALL, ALL)]
        return self._largest(found, 0)

    def _largest(self, cells: list[Cell], part: int) -> list[str]:
        return [cell[part] for cell in sorted(cells, key=lambda cell: (-(self._now[cell] or 0), cell[part]))]

    def value(self, *, district: str = ALL, category: str = ALL, month: str = ALL) -> int | None:
        """A count of the year; None where it is withheld."""
        return self._now.get((district, ALL, category, month), 0)

    def is_comparable(self, category: str = ALL) -> bool:
        """Whether a category was on record in both whole years from end to end; all together, whether every one was.

        One that is missing in the first or the last quarter of these 24 months came or went as a category, not as a demand.
        """
        if not self._has_whole_years:
            return False
        if category == ALL:
            known = {cell[2] for cells in (self._now, self._then) for cell in cells} - {ALL}
            return all(self.is_comparable(name) for name in known)
        ends = (self._then, self.months[:QUARTER], self.year - 1), (self._now, self.months[-QUARTER:], self.year)
        return all(
            any(cells.get((ALL, ALL, category, f"{year}{month[4:]}"), 0) != 0 for month in months)
            for cells, months, year in ends
        )

    def figures(self, words: Wording, **cell: str) -> tuple[Figure, Figure, Figure]:
        """A count, that of the year before and the change, as they are told."""
        source = f"open data {self.year} v{self.edition.version} {' '.join(map('='.join, cell.items()))}".rstrip()
        now, before = self.value(**cell), words.exact(None, source)
        if self._has_whole_years and (then := self._before(**cell)) in self._then:
            count = self._then[then]
            before = words.withheld(source) if count is None else words.exact(count, source)
        told = words.withheld(source) if now is None else words.exact(now, source)
        is_told = now is not None and before.value and self.is_comparable(cell.get("category", ALL))
        return told, before, words.change(now if is_told else None, before.value, source)

    @cached_property
    def _has_whole_years(self) -> bool:
        return self.before is not None and len(self.months) == len(self.before.release.months) == MONTHS

    def _before(self, *, district: str = ALL, category: str = ALL, month: str = ALL) -> Cell:
        return district, ALL, category, month if month == ALL else f"{self.year - 1}{month[4:]}"
