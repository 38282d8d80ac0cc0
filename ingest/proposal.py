"""A suggestion as a commented TOML profile that `weisu load` takes as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ingest.canonical import REQUIRED
from ingest.columns import DATUM_SUFFIX
from ingest.companions import ALSO, TIME
from ingest.matching import BY_VALUES
from ingest.suggest import Guess, Suggestion
from weisu.texts import text

TOGETHER = (
    "created_at",
    "created_at.time",
    "person_phone",
    "category_l1",
    "category_l2",
    "category_path",
    "address",
    "lat",
    "lon",
)
FIRST = {"ticket_id": 0, "created_at": 1, "closed_at": 2}  # what matters most stands first
WELL_KNOWN_TEXT = re.compile(r"(?i)^\s*point")


def profile_toml(suggestion: Suggestion) -> str:
    """The profile; each line says how sure it is, a masked sample and what came second."""
    lines = [*_head(suggestion), *_columns(suggestion), *_further(suggestion), *_no_id(suggestion), *_dates(suggestion)]
    return "\n".join(lines) + "\n" + profile_tail(suggestion)


def profile_tail(suggestion: Suggestion) -> str:
    """The sections behind [columns] and [dates]: category paths, words for the status, points out of one cell."""
    lines = [*_category(suggestion), *_statuses(suggestion), *_not_yet(suggestion), *_pairs(suggestion)]
    return "\n".join(lines) + "\n" if lines else ""


def _head(suggestion: Suggestion) -> Iterator[str]:
    said, facts = _words(suggestion), suggestion.read_as
    sheet = said("sheet", name=one_line(facts.sheet)) if facts.sheet else ""
    read_as = said("read_as", kind=said(f"kind.{facts.kind.replace(' ', '_')}"), encoding=facts.encoding or "-", delimiter=repr(facts.delimiter), row=facts.header_row,
                   sheet=sheet, first="" if suggestion.is_whole else said("first"), rows=suggestion.rows)  # fmt: skip
    yield f"# {said('head')}"
    yield f"# {read_as}"
    if suggestion.broken:
        yield f"# {said('broken', n=suggestion.broken)}"
    for remark in facts.warnings:
        yield f"# {one_line(text(f'reader.remark.{remark.code}', suggestion.language, **remark.values))}"
    yield f"name = {quoted(suggestion.name)}"
    yield f"language = {quoted(suggestion.language)}"
    yield _zone(suggestion)
    yield f"datum = {quoted(suggestion.datum.name)}  # {_datum(suggestion)}"
    if blanks := (*suggestion.null_words, *suggestion.clocks.blanks):
        yield f"null_words = [{', '.join(map(quoted, blanks))}]  # {said('nulls')}"


def _words(suggestion: Suggestion) -> Callable[..., str]:
    """The comments of profile.toml in the language of the export."""
    return lambda key, **values: text(f"profile.{key}", suggestion.language, **values)


def _zone(suggestion: Suggestion) -> str:
    """Always a comment: no value proves whose clock it is."""
    said, zone, clocks = _words(suggestion), suggestion.zone, suggestion.clocks
    if clocks.has_offset or not zone.is_far:
        why = said("zone_offset" if clocks.has_offset else "zone_assumed")
        return f"# zone = {quoted(zone.city)}  # {why}{_quiet(suggestion)}"
    lon = suggestion.datum.middle[1]
    return f"# zone = {quoted(zone.nearest)}  # {said('zone_far', lon=lon, city=zone.city)}{_quiet(suggestion)}"


def _quiet(suggestion: Suggestion) -> str:
    hours = suggestion.clocks.odd_quiet_hours
    return _words(suggestion)("quiet", start=hours[0], end=hours[1]) if hours else ""


def _datum(suggestion: Suggestion) -> str:
    said, datum = _words(suggestion), suggestion.datum
    middle = said("middle", lat=datum.middle[0], lon=datum.middle[1]) if datum.middle else ""
    return said(f"datum.{datum.reason}") + middle + (said("swapped") if datum.is_swapped else "")


def _columns(suggestion: Suggestion) -> Iterator[str]:
    said = _words(suggestion)
    yield "\n[columns]"
    for guess in sorted(suggestion.guesses, key=lambda g: FIRST.get(g.field or "", len(FIRST))):
        if guess.field and "." not in guess.field:
            yield f"{guess.field} = {quoted(name_in_profile(guess.header))}  # {guess.confidence:.0%}{_remark(suggestion, guess)}"
    for field in suggestion.missing:
        yield f'# {field} = "…"  # {said("missing")}'
    if suggestion.datum.projected:
        x, y = suggestion.datum.projected
        yield f"# lon = {quoted(x)}  # {said('projected')}"
        yield f"# lat = {quoted(y)}"
    for guess in suggestion.guesses:
        if not guess.field:
            yield f"# {said('unused', header=one_line(guess.header))}{_remark(suggestion, guess)}"


def _further(suggestion: Suggestion) -> Iterator[str]:
    """Times of day beside dates, and second columns of a field."""
    for kind, table in ((TIME, "times"), (ALSO, "also")):
        guesses = [g for g in suggestion.guesses if g.field and g.field.endswith(kind)]
        if guesses:
            yield f"\n[{table}]  # {_words(suggestion)(table)}"
        for guess in guesses:
            name = quoted(name_in_profile(guess.header))
            yield f"{guess.field.removesuffix(kind)} = {name}  # {guess.confidence:.0%}{_remark(suggestion, guess)}"


def _no_id(suggestion: Suggestion) -> Iterator[str]:
    """Without an id: which columns could stand for one, for a person to decide."""
    if names := identity_columns(suggestion):
        yield f"\n# {_words(suggestion)('no_id')}"
        yield from ("# [identity]", f"# columns = [{', '.join(map(quoted, names))}]", "# is_derived = true")


def identity_columns(suggestion: Suggestion) -> list[str]:
    """Columns, as profiles name them, that together could stand for the id which the export lacks; none where it has one."""
    headers = {g.field: g.header for g in suggestion.guesses if g.field}
    lacks = "ticket_id" in suggestion.missing
    return [name_in_profile(headers[f]) for f in TOGETHER if f in headers] if lacks else []


def _remark(suggestion: Suggestion, guess: Guess) -> str:
    """The runner-up, a warning where no name spoke, and a sample."""
    said = _words(suggestion)
    second = said("second", field=guess.runner_up) if guess.runner_up else ""
    alone = said("by_values") if guess.field in REQUIRED and guess.confidence <= BY_VALUES else ""
    return f"{second}{alone}; {said('sample', sample=one_line(guess.sample))}"


def _dates(suggestion: Suggestion) -> Iterator[str]:
    clocks, said = suggestion.clocks, _words(suggestion)
    yield "\n[dates]"
    yield f"order = {quoted(clocks.order)}  # {said(f'proof.{clocks.proof}')}"
    if clocks.formats:
        yield f"formats = [{', '.join(map(quoted, clocks.formats))}]  # {said('formats')}"


def _category(suggestion: Suggestion) -> Iterator[str]:
    index = suggestion.by_field.get("category_path")
    if index is not None:
        separator, depth = suggestion.facts[index].path
        yield f"\n[category]\nseparator = {quoted(separator or '->')}\ndepth = {max(depth, 1) if separator else 4}"


def _statuses(suggestion: Suggestion) -> Iterator[str]:
    if suggestion.statuses:
        yield f"\n[values.status]  # {_words(suggestion)('statuses')}"
        yield from (f"{quoted(word)} = {quoted(state)}" for word, state in suggestion.statuses.items())


def _not_yet(suggestion: Suggestion) -> Iterator[str]:
    for field, words in suggestion.clocks.words.items():
        yield f"\n[values.{field}]  # {_words(suggestion)('not_yet')}"
        yield from (f'{quoted(word)} = ""' for word in words)


def _pairs(suggestion: Suggestion) -> Iterator[str]:
    """Latitude and longitude out of one cell."""
    header = suggestion.datum.pair_in_cell
    if not header or "lat" in suggestion.by_field:
        return
    index = next(i for i, g in enumerate(suggestion.guesses) if g.header == header)
    first, second = ("lon", "lat") if WELL_KNOWN_TEXT.match(suggestion.facts[index].sample) else ("lat", "lon")
    number = r"(-?\d{1,3}\.\d+)"
    for field, place in ((first, 1), (second, 2)):
        yield f"\n[fallback.{field}]  # {_words(suggestion)('pair')}\ncolumn = {quoted(name_in_profile(header))}"
        yield rf"match = '(?s)^.*?{number}[\s,;]+{number}\D*$'"
        yield f"becomes = '${{{place}}}'"


def name_in_profile(header: str) -> str:
    """A header as profiles name it: a datum at its end is read by itself."""
    return DATUM_SUFFIX.sub("", header) or header


def quoted(text: str) -> str:
    """A TOML basic string."""
    escaped = "".join(
        f"\\{c}"
        if c in '\\"'
        else c
        if c.isprintable()
        else f"\\u{ord(c):04x}"
        if ord(c) < 0x10000
        else f"\\U{ord(c):08x}"
        for c in text
    )
    return f'"{escaped}"'


def one_line(text: str) -> str:
    """Text for a comment: no line breaks, no control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split()) or "(blank)"
