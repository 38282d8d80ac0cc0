"""What a load says it did."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.drift import Drift
from ingest.readers.table import Remark


@dataclass(frozen=True)
class FileSummary:
    """What became of one file: read = new + new_version + unchanged + quarantined."""

    label: str
    read: int
    new: int
    new_version: int
    unchanged: int
    quarantined: int
    flagged: int
    is_repeat: bool  # the same bytes were loaded before: nothing changed
    flags: dict[str, int] = field(default_factory=dict)  # flag -> versions of this file, the most frequent first
    unused: tuple[str, ...] = ()  # header names no field takes, masked
    remarks: tuple[Remark, ...] = ()
    drift: tuple[Drift, ...] = ()  # what changed since the last load of the source


@dataclass(frozen=True)
class LoadSummary:
    """Totals over the files of one call."""

    files: tuple[FileSummary, ...]

    def total(self, name: str) -> int:
        """Sum of one count over the files."""
        return sum(getattr(f, name) for f in self.files)

    @property
    def read(self) -> int:
        return self.total("read")

    @property
    def new(self) -> int:
        return self.total("new")

    @property
    def new_version(self) -> int:
        return self.total("new_version")

    @property
    def unchanged(self) -> int:
        return self.total("unchanged")

    @property
    def quarantined(self) -> int:
        return self.total("quarantined")

    @property
    def flagged(self) -> int:
        return self.total("flagged")

    def as_dict(self) -> dict[str, int]:
        """The six totals, as `weisu load --json` prints them."""
        return {
            name: self.total(name) for name in ("read", "new", "new_version", "unchanged", "quarantined", "flagged")
        }
