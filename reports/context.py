"""What a report says, before it has a form: claims with their numbers attached.  JSON in, JSON out; every renderer reads only this."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Kind = Literal["fact", "hypothesis", "suggestion", "absence", "quote"]
SCHEMA_VERSION = "1"


@dataclass(frozen=True)
class Figure:
    """One number of a claim: its value, how it is written, and where it stands in the publication."""

    name: str
    value: float | str | None  # days as ISO text; None = not known or withheld
    text: str
    source: str = ""


@dataclass(frozen=True)
class Claim:
    """One sentence and all that it rests on.

    `sentence` holds no number that is not the text of one of `figures` or part of one of `labels` (names of places, categories, units).
    `subject` names what an item for decision is about: alert_id, issue_key, area_key, category_key, owner.
    """

    key: str  # the text in report.toml
    sentence: str
    kind: Kind = "fact"
    importance: float = 0.0  # 0–1, higher first; decides what is dropped when space is short
    figures: tuple[Figure, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    subject: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Paragraph:
    """Claims that read as one paragraph, under an optional run-in heading."""

    claims: tuple[Claim, ...]
    lead: Claim | None = None


@dataclass(frozen=True)
class Table:
    """One table: units in the header, numbers right-aligned, cells are figures or names."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Figure, ...], ...]
    widths: tuple[float, ...]  # shares of the text width
    numeric: tuple[bool, ...]  # per column: right-aligned
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """One chart as data: what is drawn, the finding it states, and words for those who cannot see it."""

    name: str
    form: Literal["weeks", "map"]
    title: Claim
    caption: Claim
    alt: Claim
    rows: tuple[dict[str, Any], ...]
    window: tuple[str, str] | None = None  # ISO days, shaded
    cell_km: float = 0.0  # side of a square of the map


@dataclass(frozen=True)
class Section:
    """One numbered part of a report."""

    code: str
    heading: str
    paragraphs: tuple[Paragraph, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    is_run_in: bool = False  # the heading stands in the first line of the first paragraph


@dataclass(frozen=True)
class ReportContext:
    """A whole report in one language."""

    kind: Literal["annual", "monthly", "weekly", "note"]
    lang: str
    name: str  # file name without ending, e.g. monthly-2015-03-zh
    title: Claim
    subtitle: Claim
    draft: str  # 征求意见稿
    notices: tuple[Claim, ...]  # first page: as-of, synthetic, coverage
    sections: tuple[Section, ...]
    annex: tuple[Section, ...]
    signature: tuple[Claim, ...]
    as_of_on: str
    period_start_on: str
    period_end_on: str
    city: str
    data_version: str
    rules_version: str
    is_synthetic: bool
    schema_version: str = SCHEMA_VERSION
    base_sha256: str = ""  # of the draft as generated, where this one was edited (`revisions.py`)

    def claims(self) -> tuple[Claim, ...]:
        """Every claim of the report, in reading order."""
        parts = [c for s in self.sections + self.annex for c in section_claims(s)]
        return (self.title, self.subtitle, *self.notices, *parts, *self.signature)

    def to_json(self) -> str:
        """The context as JSON, keys in the order of the classes."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    @property
    def sha256(self) -> str:
        """The hash of its JSON."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()


def section_claims(section: Section) -> list[Claim]:
    """Every claim of one section: run-in headings, sentences, words of the charts."""
    found: list[Claim] = []
    for paragraph in section.paragraphs:
        found += [paragraph.lead] if paragraph.lead else []
        found += paragraph.claims
    for chart in section.charts:
        found += [chart.title, chart.caption, chart.alt]
    return found
