"""Which column is which field: scores by name and values, then each field and each column once, with rules between them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from ingest.canonical import CLOCKS
from ingest.evidence import fit, is_list, is_prose
from ingest.headers import level_of, name_scores, read_name
from ingest.values import ColumnFacts

SURE_ENOUGH, REQUIRED_ENOUGH, BY_VALUES = 0.55, 0.3, 0.5
LIST_ENOUGH = 0.4  # of a description with few values, where nothing is named a category
ALSO_START, BY_PHONE = 0.7, 0.7
MOSTLY, HALF, BY_ADDRESS, BY_STATE, BY_PROSE = 0.7, 0.5, 0.62, 0.6, 0.7
NOT_THE_PLACE = frozenset(["home", "person", "unit", "owner", "parent", "company"])
DESCRIBED = frozenset(["title", "text", "reply", "category"])
LONG_TEXT, LONG_HAN = 40, 20  # characters of a summary beside which there is no text
HAN = re.compile(r"[\u4e00-\u9fff]")
FAR_BEHIND = 0.3  # a subject beside a column that is surely the category
NOT_THE_TICKET = frozenset(["parent", "legacy", "person", "account", "phone", "row"])
RIVAL_MARGIN = 0.12  # names this close are decided by the order of their instants
EARLIER = 0.9  # of the rows
EXPLICIT, VAGUE = 0.8, 0.4  # "created" is said; a date of something unknown
SHORTLY = dt.timedelta(days=3)
DEEPEST = 4
EVENTS = ("created_at", "closed_at", "received_at", "dispatched_at", "contacted_at", "due_at", "updated_at")


@dataclass(frozen=True)
class Column:
    """One column of the export with all that was found out about it."""

    index: int
    header: str
    facts: ColumnFacts
    scores: Mapping[str, float] = field(default_factory=dict)  # field (or `category`) -> 0 to 1
    instants: pl.Series | None = None  # naive, of columns that are dates


def describe(index: int, header: str, facts: ColumnFacts, instants: pl.Series | None = None) -> Column:
    """Score one column for every field."""
    scores = {name: score * fit(name, facts) for name, score in name_scores(header).items()}
    scores = _by_values(read_name(header).concepts, {name: s for name, s in scores.items() if s > 0}, facts)
    return Column(index, header, facts, scores, instants)


def _by_values(concepts: frozenset[str], scores: dict[str, float], facts: ColumnFacts) -> dict[str, float]:
    """What the values say where the name says little or something else."""
    if facts.mobile_share > 0.5 and "case" in concepts:
        scores = {**scores, "person_phone": max(scores.get("person_phone", 0.0), BY_PHONE)}
    if facts.address_share > MOSTLY and not concepts & NOT_THE_PLACE:
        others = {name: s * HALF if name in DESCRIBED else s for name, s in scores.items()}
        return {**others, "address": max(scores.get("address", 0.0), BY_ADDRESS)}
    if facts.state_share > MOSTLY and not scores:
        return {"status": BY_STATE}
    if concepts == {"case"} and is_prose(facts):
        return {**scores, "text": BY_PROSE, "title": BY_PROSE - 0.04, "category": 0.0}
    return scores


def match_columns(columns: Sequence[Column], frame: pl.DataFrame) -> dict[str, tuple[int, float]]:
    """Field -> column index and confidence.

    Args:
        frame: the sampled rows, columns c0, c1 …; for how categories nest.
    """
    chosen: dict[str, tuple[int, float]] = {}
    for step in (_identifier, _instants, _point):
        chosen |= step(_free(columns, chosen))
    chosen |= _categories(_free(columns, chosen), frame)
    return chosen | _best_pairs(_free(columns, chosen), chosen)


def _free(columns: Sequence[Column], chosen: Mapping[str, tuple[int, float]]) -> list[Column]:
    taken = {index for index, _ in chosen.values()}
    return [c for c in columns if c.index not in taken]


def _identifier(columns: Sequence[Column]) -> dict[str, tuple[int, float]]:
    """The best named column of unique codes; without a name the only one there is."""
    named = [(c.scores["ticket_id"], -c.index, c) for c in columns if c.scores.get("ticket_id", 0) >= REQUIRED_ENOUGH]
    if named:
        score, _, best = max(named, key=lambda n: n[:2])
        if best.facts.is_row_number and (other := _numbered(columns)):
            return {"ticket_id": (other.index, BY_VALUES)}
        return {"ticket_id": (best.index, score)}
    codes = [c for c in columns if c.facts.is_code and not c.facts.is_row_number and c.facts.phone_share < 0.5]
    codes = [c for c in codes if not c.scores]
    return {"ticket_id": (codes[0].index, BY_VALUES)} if len(codes) == 1 else {}


def _numbered(columns: Sequence[Column]) -> Column | None:
    """The only column of codes that calls itself a number of something, beside a mere row number."""
    codes = [c for c in columns if c.facts.is_code and not c.facts.is_row_number]
    codes = [c for c in codes if "id" in (said := read_name(c.header).concepts) and not said & NOT_THE_TICKET]
    return codes[0] if len(codes) == 1 else None


def _instants(columns: Sequence[Column]) -> dict[str, tuple[int, float]]:
    """Clocks: by name; what is close by name is decided by which comes first; closed never stands before created."""
    chosen: dict[str, tuple[int, float]] = {}
    created = _created(columns)
    if created:
        chosen["created_at"] = (created.index, created.scores.get("created_at", BY_VALUES))
    rest = [_held_back(c, created) for c in columns if created is None or c.index != created.index]
    pairs = sorted(
        ((score, -c.index, name) for c in rest for name, score in c.scores.items() if name in EVENTS[1:]), reverse=True
    )
    for score, minus_index, name in pairs:
        if score >= SURE_ENOUGH and name not in chosen and -minus_index not in {i for i, _ in chosen.values()}:
            chosen[name] = (-minus_index, score)
    if "dispatched_at" in chosen:
        chosen["dispatched_at"] = _earliest("dispatched_at", chosen["dispatched_at"], _free(columns, chosen), columns)
    return chosen | _second_start(columns, chosen)


def _earliest(
    name: str, found: tuple[int, float], rivals: Sequence[Column], columns: Sequence[Column]
) -> tuple[int, float]:
    """Of several clocks with as good a name the first, such as 市交办时间 before 区交办时间."""
    best = next(c for c in columns if c.index == found[0])
    for other in rivals:
        if other.scores.get(name, 0) > found[1] - RIVAL_MARGIN and _is_before(other, best):
            best = other
    return best.index, best.scores[name]


def _second_start(columns: Sequence[Column], chosen: Mapping[str, tuple[int, float]]) -> dict[str, tuple[int, float]]:
    """A second clock of the beginning (立案时间 beside 上报时间) is the receipt."""
    rest = [c for c in _free(columns, chosen) if c.scores.get("created_at", 0) >= ALSO_START]
    if not rest or "received_at" in chosen or "created_at" not in chosen:
        return {}
    best = max(rest, key=lambda c: (c.scores["created_at"], -c.index))
    return {"received_at": (best.index, best.scores["created_at"] - 0.1)}


def _created(columns: Sequence[Column]) -> Column | None:
    named = [c for c in columns if c.scores.get("created_at", 0) >= REQUIRED_ENOUGH]
    if not named:
        return _only_start(columns)
    top = max(c.scores["created_at"] for c in named)
    rivals = [c for c in named if c.scores["created_at"] > top - RIVAL_MARGIN]
    best = max(rivals, key=lambda c: (c.scores["created_at"], -c.index))
    if best.scores["created_at"] < EXPLICIT:
        rivals += [c for c in named if c.scores["created_at"] >= VAGUE and _is_shortly_before(c, best)]
    for other in rivals:
        if other is not best and _is_before(other, best):
            best = other
    return best


def _is_shortly_before(one: Column, other: Column) -> bool:
    """A clock of the same ticket, not a date of birth or of a contract."""
    if not _is_before(one, other):
        return False
    gap = (other.instants - one.instants).drop_nulls()
    return gap.median() < SHORTLY


def _only_start(columns: Sequence[Column]) -> Column | None:
    """No name says so: the always filled instants, if one of them is before all others."""
    always = [c for c in columns if c.facts.is_dates and c.facts.filled_share > 0.98 and not set(c.scores) & {"due_at"}]
    always = [c for c in always if not c.scores.get("closed_at")]
    if len(always) == 1:
        return always[0]
    first = [c for c in always if all(_is_before(c, other) for other in always if other is not c)]
    return first[0] if len(first) == 1 else None


def _is_before(one: Column, other: Column) -> bool:
    """Whether `one` is hardly ever after `other`, and truly before it somewhere."""
    if one.instants is None or other.instants is None:
        return False
    first, second = one.instants, other.instants
    if not (one.facts.has_clock and other.facts.has_clock):
        first, second = first.dt.truncate("1d"), second.dt.truncate("1d")
    gap = (second - first).drop_nulls().dt.total_seconds()
    return gap.len() > 0 and bool((gap >= 0).mean() > EARLIER) and bool((gap > 0).mean() > 0.02)


def _held_back(column: Column, created: Column | None) -> Column:
    """A column that mostly lies before the creation is no end of a ticket."""
    if created is None or not column.scores.get("closed_at") or not _is_before(column, created):
        return column
    return replace(column, scores={**column.scores, "closed_at": column.scores["closed_at"] * 0.5})


def _point(columns: Sequence[Column]) -> dict[str, tuple[int, float]]:
    """Latitude and longitude only together."""
    pair = {}
    for name in ("lat", "lon"):
        best = max((c for c in columns if c.scores.get(name)), key=lambda c: (c.scores[name], -c.index), default=None)
        if best is None or best.scores[name] < SURE_ENOUGH - 0.05:
            return {}
        pair[name] = (best.index, best.scores[name])
    return pair if pair["lat"][0] != pair["lon"][0] else {}


def _categories(columns: Sequence[Column], frame: pl.DataFrame) -> dict[str, tuple[int, float]]:
    """Up to four levels: what names say about levels first, else the fewer values the higher."""
    found = [c for c in columns if c.scores.get("category", 0) >= SURE_ENOUGH and _is_best(c)]
    found = found or [c for c in columns if c.scores.get("category", 0) >= LIST_ENOUGH and is_list(c.facts)][:1]
    found = sorted(found, key=lambda c: -c.scores["category"])
    found = [c for c in found if level_of(c.header) or c.scores["category"] >= found[0].scores["category"] - FAR_BEHIND]
    kept: list[Column] = []
    for column in found:
        if not any(_same_list(frame, column, other) for other in kept):
            kept.append(column)
    paths = [c for c in kept if c.facts.path[0]]
    if paths and len(kept) == 1:
        return {"category_path": (paths[0].index, paths[0].scores["category"])}
    kept = sorted(kept[:DEEPEST], key=lambda c: (level_of(c.header) or _depth(kept, c), c.facts.distinct, c.index))
    return {f"category_l{i}": (c.index, c.scores["category"]) for i, c in enumerate(kept, start=1)}


def _depth(kept: Sequence[Column], column: Column) -> int:
    """Of a column whose name says no level: 1, unless others have fewer values."""
    return min(1 + sum(level_of(o.header) == 0 and o.facts.distinct < column.facts.distinct for o in kept), DEEPEST)


def _is_best(column: Column) -> bool:
    others = [s for name, s in column.scores.items() if name not in ("category", "kind")]
    return column.scores["category"] >= max(others, default=0.0)


def _same_list(frame: pl.DataFrame, one: Column, other: Column) -> bool:
    """Two columns that say the same, such as a code and its name; the better named one stays."""
    names = [f"c{one.index}", f"c{other.index}"]
    pairs = frame.select(names).drop_nulls().unique().height
    return pairs > 0 and pairs == one.facts.distinct == other.facts.distinct and pairs > 1


def _best_pairs(columns: Sequence[Column], chosen: Iterable[str]) -> dict[str, tuple[int, float]]:
    """All other fields: best pairs first, each field and each column once."""
    made: dict[str, tuple[int, float]] = {}
    barred = {*chosen, *CLOCKS, "ticket_id", "lat", "lon", "category"}
    pairs = sorted(
        ((s, -c.index, name) for c in columns for name, s in c.scores.items() if name not in barred), reverse=True
    )
    for score, minus_index, name in pairs:
        if score >= SURE_ENOUGH and name not in made and -minus_index not in {i for i, _ in made.values()}:
            made[name] = (-minus_index, score)
    return _with_text(made, {c.index: c for c in columns})


def _with_text(made: dict[str, tuple[int, float]], by_index: Mapping[int, Column]) -> dict[str, tuple[int, float]]:
    """A long summary beside which there is no text is the text."""
    summary = by_index[made["title"][0]] if "title" in made and "text" not in made else None
    if summary is None or "summary" not in read_name(summary.header).concepts:
        return made
    if summary.facts.mean_length < (LONG_HAN if HAN.search(summary.facts.sample) else LONG_TEXT):
        return made
    return {("text" if name == "title" else name): found for name, found in made.items()}
