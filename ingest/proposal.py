"""A suggestion as a commented TOML profile that `weisu load` takes as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.clocks import NIGHT, Clocks, is_likely_local
from ingest.columns import DATUM_SUFFIX
from ingest.matching import BY_VALUES
from ingest.suggest import Guess, Suggestion

PROOFS = {
    "year_first": "the year stands first: nothing to guess",
    "values": "proved: values above 12 stand in the place of the day",
    "sequence": "proved: read the other way, many tickets would close before they were created",
    "assumed": "NOT PROVED: no day above 12 in the file; look at a date you know",
    "conflict": "NOT PROVED: some dates read only month first, others only day first; the larger part counts",
}
REASONS = {
    "named": "a header names it",
    "hinted": "a header names the map it comes from; compare a known place",
    "assumed_china": "ASSUMED: no column says it, and a place cannot prove it; maps of 高德 and 腾讯 give gcj02, 百度 bd09"
    " (300 to 700 m off): compare a known place",
    "assumed": "assumed: degrees that lie on earth; compare a known place",
    "no_points": "no columns with degrees were found",
}
FIRST = {"ticket_id": 0, "created_at": 1, "closed_at": 2}  # what matters most stands first
WELL_KNOWN_TEXT = re.compile(r"(?i)^\s*point")


def profile_toml(suggestion: Suggestion) -> str:
    """The profile; each line says how sure it is, a masked sample and what came second."""
    lines = [*_head(suggestion), *_columns(suggestion), *_dates(suggestion)]
    return "\n".join(lines) + "\n" + profile_tail(suggestion)


def profile_tail(suggestion: Suggestion) -> str:
    """The sections behind [columns] and [dates]: category paths, words for the status, points out of one cell."""
    lines = [*_category(suggestion), *_statuses(suggestion), *_pairs(suggestion)]
    return "\n".join(lines) + "\n" if lines else ""


def _head(suggestion: Suggestion) -> Iterator[str]:
    facts, datum = suggestion.read_as, suggestion.datum
    yield "# Suggested by `weisu profile suggest`: check each line, above all ticket_id and the dates."
    yield (
        f"# Read as {facts.kind}, encoding {facts.encoding or '-'}, delimiter {facts.delimiter!r}, header in row {facts.header_row}"
        + (f", sheet {one_line(facts.sheet)}" if facts.sheet else "") + f"; {'' if suggestion.is_whole else 'the first '}{suggestion.rows} rows."
    )  # fmt: skip
    if suggestion.broken:
        yield f"# {suggestion.broken} records are broken and will be quarantined."
    yield f"name = {quoted(suggestion.name)}"
    yield f"language = {quoted(suggestion.language)}"
    if suggestion.clocks.has_offset:
        yield '# zone = "Asia/Shanghai"  # the instants carry their own offset from UTC'
    else:
        yield f'# zone = "Asia/Shanghai"  # ASSUMED: the city\'s clock; no value names a zone{_quiet(suggestion.clocks)}'
    middle = f"; the middle is {datum.middle[0]}, {datum.middle[1]}" if datum.middle else ""
    swapped = "; swapped columns are put right" if datum.is_swapped else ""
    yield f"datum = {quoted(datum.name)}  # {REASONS[datum.reason]}{middle}{swapped}"
    if blanks := (*suggestion.null_words, *suggestion.clocks.blanks):
        yield f"null_words = [{', '.join(map(quoted, blanks))}]  # frequent and without meaning"


def _quiet(clocks: Clocks) -> str:
    if clocks.quiet_from is None or is_likely_local(clocks.quiet_from):
        return ""
    until = (clocks.quiet_from + NIGHT) % 24
    return f"; by it the quiet hours are {clocks.quiet_from} to {until} o'clock: it may be UTC or another zone"


def _columns(suggestion: Suggestion) -> Iterator[str]:
    yield "\n[columns]"
    for guess in sorted(suggestion.guesses, key=lambda g: FIRST.get(g.field or "", len(FIRST))):
        if guess.field:
            yield f"{guess.field} = {quoted(name_in_profile(guess.header))}  # {guess.confidence:.0%}{_second(guess)}; e.g. {one_line(guess.sample)}"
    for field in suggestion.missing:
        yield f'# {field} = "…"  # REQUIRED: no column found'
    if suggestion.datum.projected:
        x, y = suggestion.datum.projected
        yield f'# lon = {quoted(x)}  # metres or feet: use these two lines and datum = "EPSG:nnnn" of your city\'s grid'
        yield f"# lat = {quoted(y)}"
    for guess in suggestion.guesses:
        if not guess.field:
            yield f"# not used: {one_line(guess.header)}{_second(guess)}; e.g. {one_line(guess.sample)}"


def _dates(suggestion: Suggestion) -> Iterator[str]:
    clocks = suggestion.clocks
    yield "\n[dates]"
    yield f"order = {quoted(clocks.order)}  # {PROOFS[clocks.proof]}"
    if clocks.formats:
        yield f"formats = [{', '.join(map(quoted, clocks.formats))}]  # tried first; other spellings are read, too"


def _category(suggestion: Suggestion) -> Iterator[str]:
    index = suggestion.by_field.get("category_path")
    if index is not None:
        separator, depth = suggestion.facts[index].path
        yield f"\n[category]\nseparator = {quoted(separator or '->')}\ndepth = {max(depth, 1) if separator else 4}"


def _statuses(suggestion: Suggestion) -> Iterator[str]:
    if suggestion.statuses:
        yield "\n[values.status]  # words of this export that the standard list lacks"
        yield from (f"{quoted(word)} = {quoted(state)}" for word, state in suggestion.statuses.items())


def _pairs(suggestion: Suggestion) -> Iterator[str]:
    """Latitude and longitude out of one cell."""
    header = suggestion.datum.pair_in_cell
    if not header or "lat" in suggestion.by_field:
        return
    index = next(i for i, g in enumerate(suggestion.guesses) if g.header == header)
    first, second = ("lon", "lat") if WELL_KNOWN_TEXT.match(suggestion.facts[index].sample) else ("lat", "lon")
    number = r"(-?\d{1,3}\.\d+)"
    for field, place in ((first, 1), (second, 2)):
        yield f"\n[fallback.{field}]  # out of a cell with both\ncolumn = {quoted(name_in_profile(header))}"
        yield rf"match = '(?s)^.*?{number}[\s,;]+{number}\D*$'"
        yield f"becomes = '${{{place}}}'"


def name_in_profile(header: str) -> str:
    """A header as profiles name it: a datum at its end is read by itself."""
    return DATUM_SUFFIX.sub("", header) or header


def _second(guess: Guess) -> str:
    second = f", else {guess.runner_up}" if guess.runner_up else ""
    return f"{second}, BY ITS VALUES ALONE: check" if guess.field and guess.confidence <= BY_VALUES else second


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
