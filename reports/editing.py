"""What an office may change in a draft: order, omissions and wording.  The numbers stay those of the figures.

A part keeps the address it has in the draft as generated: `s2.p0` is the first paragraph of the third section, `s2.p0.c1` its second sentence,
`s2.p0.lead` its run-in heading, `s2.k0` a chart with `s2.k0.title` and `s2.k0.caption`, `s2.t0` a table; `a2` is the third part of the annex.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from reports.context import Chart, Claim, Paragraph, ReportContext, Section, Table
from reports.errors import ReportError
from reports.phrasing import rewritten

Edit = Literal["drop", "restore", "up", "down", "rewrite"]
EDITS: tuple[Edit, ...] = ("drop", "restore", "up", "down", "rewrite")
CAVEATS = ("areas.context",)  # without it a list of districts reads as a ranking: it goes only with its paragraph
UNTOUCHED = ("kpis", "definitions", "versions")  # what every number rests on
TODO = "weisu report parts FILE lists the parts of a draft"


@dataclass(frozen=True)
class Change:
    """One change of one part."""

    part: str
    edit: Edit
    sentence: str = ""  # of a rewrite


@dataclass(frozen=True)
class Part:
    """One part of a draft as generated, and where it belongs."""

    address: str
    group: str  # within which it can be moved; "" for words that have a fixed place
    item: Paragraph | Claim | Chart | Table
    place: str  # address of its section
    heading: str  # of its section

    @property
    def kind(self) -> str:
        """claim, paragraph, chart or table."""
        return type(self.item).__name__.lower()

    @property
    def told(self) -> str:
        """The part in one line, as generated."""
        match self.item:
            case Claim(sentence=said):
                return said
            case Paragraph(claims=claims, lead=lead):
                return (lead or claims[0]).sentence
            case Chart(title=title):
                return title.sentence
            case Table(title=title):
                return title


@dataclass
class Draft:
    """A draft as generated, and what stands after some changes."""

    base: ReportContext
    parts: dict[str, Part]
    order: dict[str, list[str]]  # group -> addresses
    dropped: set[str] = field(default_factory=set)
    claims: dict[str, Claim] = field(default_factory=dict)  # those that were rewritten

    def claim(self, address: str) -> Claim:
        """A sentence as it stands."""
        return self.claims.get(address) or self.parts[address].item  # type: ignore[return-value]

    def told(self, address: str) -> str:
        """A part in one line, as it stands: a sentence, the first one of a paragraph, the title of a chart or table."""
        return self.claims[address].sentence if address in self.claims else self.parts[address].told


def opened(base: ReportContext, changes: Iterable[Change] = ()) -> Draft:
    """The draft after `changes`, in their order.

    Raises:
        ReportError: no such part or edit, a part that cannot be changed so, or a sentence with a number of its own.
    """
    parts = {part.address: part for place, section in _sections(base).items() for part in _parts(place, section)}
    order: dict[str, list[str]] = {}
    for part in parts.values():
        order.setdefault(part.group, []).append(part.address)
    draft = Draft(base, parts, order)
    for change in changes:
        _apply(draft, change)
    return draft


def written(draft: Draft) -> ReportContext:
    """The context as it stands; what holds nothing any more is left out.

    Raises:
        ReportError: nothing is left of the first section, the conclusion.
    """
    made = {place: _section(draft, place, section) for place, section in _sections(draft.base).items()}
    if not made.get("s0"):
        raise ReportError("nothing is left of the conclusion", where=draft.base.name, todo="keep one of its sentences")
    sections = [made[f"s{i}"] for i in range(len(draft.base.sections))]
    annex = [made.get(f"a{i}", section) for i, section in enumerate(draft.base.annex)]
    return replace(draft.base, sections=tuple(s for s in sections if s), annex=tuple(s for s in annex if s))


def standing_parts(draft: Draft) -> list[Part]:
    """Every part in the order it stands now, dropped ones in their place."""
    found: list[Part] = []
    for place in _sections(draft.base):
        for form in "pkt":
            for address in draft.order.get(f"{place}.{form}", []):
                inner = [a for a in draft.parts if a.startswith(f"{address}.") and not draft.parts[a].group]
                found += [draft.parts[a] for a in (address, *inner, *draft.order.get(f"{address}.c", []))]
    return found


def _sections(context: ReportContext) -> dict[str, Section]:
    """What may be edited, by its address, in the order it is read."""
    annex = {f"a{i}": section for i, section in enumerate(context.annex) if section.code not in UNTOUCHED}
    return {f"s{i}": section for i, section in enumerate(context.sections)} | annex


def _parts(place: str, section: Section) -> list[Part]:
    found: list[Part] = []

    def add(address: str, group: str, item: Paragraph | Claim | Chart | Table) -> None:
        found.append(Part(address, group, item, place, section.heading))

    for i, paragraph in enumerate(section.paragraphs):
        at = f"{place}.p{i}"
        add(at, f"{place}.p", paragraph)
        if paragraph.lead:
            add(f"{at}.lead", "", paragraph.lead)
        for j, claim in enumerate(paragraph.claims):
            add(f"{at}.c{j}", f"{at}.c", claim)
    for i, chart in enumerate(section.charts):
        at = f"{place}.k{i}"
        add(at, f"{place}.k", chart)
        add(f"{at}.title", "", chart.title)
        add(f"{at}.caption", "", chart.caption)
    for i, table in enumerate(section.tables):
        add(f"{place}.t{i}", f"{place}.t", table)
    return found


def _apply(draft: Draft, change: Change) -> None:
    part = draft.parts.get(change.part)
    if part is None:
        raise ReportError("no such part", where=change.part, todo=TODO)
    if change.edit == "rewrite":
        _rewrite(draft, part, change.sentence)
    elif change.edit in ("up", "down"):
        _move(draft, _movable(draft, part), change.edit)
    elif change.edit in ("drop", "restore"):
        _drop(draft, part, change.edit)
    else:
        raise ReportError(f"unknown edit {change.edit!r}", where=change.part, todo=f"choose from {', '.join(EDITS)}")


def _rewrite(draft: Draft, part: Part, sentence: str) -> None:
    if not isinstance(part.item, Claim):
        raise ReportError("is not a sentence", where=part.address, todo=TODO)
    if part.item.key in CAVEATS:
        raise ReportError("is a caveat that stays as it is", where=part.address, todo="leave out its whole paragraph")
    first = draft.base.sections[0].code == "conclusion" and part.place == "s0"
    claim = rewritten(part.item, sentence, draft.base.lang, where=part.address, is_conclusion=first)
    draft.claims[part.address] = claim


def _drop(draft: Draft, part: Part, edit: Edit) -> None:
    if not part.group:
        raise ReportError("has a fixed place", where=part.address, todo="leave out what it belongs to")
    if isinstance(part.item, Claim) and part.item.key in CAVEATS:
        raise ReportError("is a caveat that stays as it is", where=part.address, todo="leave out its whole paragraph")
    if (part.address in draft.dropped) == (edit == "drop"):
        raise ReportError(f"{edit} is not possible now", where=part.address, todo=TODO)
    draft.dropped ^= {part.address}


def _movable(draft: Draft, part: Part) -> Part:
    """What moves when a part is moved: the only sentence of a paragraph takes the paragraph with it."""
    if not part.group:
        raise ReportError("has a fixed place", where=part.address, todo="move what it belongs to")
    is_alone = isinstance(part.item, Claim) and len(draft.order[part.group]) == 1
    return draft.parts[part.group.removesuffix(".c")] if is_alone else part


def _move(draft: Draft, part: Part, edit: Edit) -> None:
    order = draft.order[part.group]
    here = order.index(part.address)
    there = here + (1 if edit == "down" else -1)
    if not 0 <= there < len(order):
        raise ReportError(f"is {'last' if edit == 'down' else 'first'} already", where=part.address, todo=TODO)
    order[here], order[there] = order[there], order[here]


def _left(draft: Draft, group: str) -> list[str]:
    return [address for address in draft.order.get(group, []) if address not in draft.dropped]


def _section(draft: Draft, place: str, section: Section) -> Section | None:
    paragraphs = [_paragraph(draft, address) for address in _left(draft, f"{place}.p")]
    kept = tuple(paragraph for paragraph in paragraphs if paragraph)
    charts = tuple(_chart(draft, address) for address in _left(draft, f"{place}.k"))
    tables = _items(draft, _left(draft, f"{place}.t"))
    return replace(section, paragraphs=kept, charts=charts, tables=tables) if kept or charts or tables else None


def _paragraph(draft: Draft, address: str) -> Paragraph | None:
    paragraph: Paragraph = draft.parts[address].item  # type: ignore[assignment]
    claims = tuple(draft.claim(at) for at in _left(draft, f"{address}.c"))
    lead = draft.claim(f"{address}.lead") if paragraph.lead else None
    return Paragraph(claims, lead) if claims or (lead and not paragraph.claims) else None


def _chart(draft: Draft, address: str) -> Chart:
    chart: Chart = draft.parts[address].item  # type: ignore[assignment]
    return replace(chart, title=draft.claim(f"{address}.title"), caption=draft.claim(f"{address}.caption"))


def _items(draft: Draft, addresses: Sequence[str]) -> tuple[Table, ...]:
    return tuple(draft.parts[address].item for address in addresses)  # type: ignore[misc]
