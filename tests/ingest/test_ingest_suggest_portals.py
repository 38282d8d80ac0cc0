"""Suggested profiles for the layouts of real portals: id, created and closed never wrong, nearly all other fields right."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.profiles import parse_profile
from ingest.proposal import profile_toml
from ingest.suggest import Suggestion, suggest_profile
from tests.fixtures_portals import FIFTH, FOURTH, HELD_OUT, SECOND, THIRD, TUNED, Layout, write_export
from tests.sharing import long_but

VITAL = ("ticket_id", "created_at", "closed_at", "created_at.time", "closed_at.time")
EVERY = (*TUNED, *HELD_OUT, *SECOND, *THIRD, *FOURTH, *FIFTH)
SETS = {"tuned": TUNED, "held_out": HELD_OUT, "second": SECOND, "third": THIRD, "fourth": FOURTH, "fifth": FIFTH}
DAILY = ("held_out", "third", "fifth")
ALL = [
    pytest.param(layout, id=layout.name, marks=() if name in DAILY else pytest.mark.long)
    for name, layouts in SETS.items()
    for layout in layouts
]


def wrong_fields(layout: Layout, suggestion: Suggestion) -> list[str]:
    """Fields of the layout whose column was not found, as `field: found instead`."""
    found = {field: suggestion.guesses[i].header for field, i in suggestion.by_field.items()}
    wrong = []
    for line in layout.lines:
        expected = layout.expected()
        if line.fields and not any(found.get(field) in expected[field] for field in line.fields):
            wrong.append(f"{'/'.join(line.fields)}: {found.get(line.fields[0])} instead of {line.header}")
    return wrong


@pytest.fixture(scope="module")
def suggested(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Layout], Suggestion]:
    """One suggestion per layout, made when it is first asked for."""
    folder, made = tmp_path_factory.mktemp("portals"), {}

    def suggest(layout: Layout) -> Suggestion:
        if layout.name not in made:
            made[layout.name] = suggest_profile(write_export(layout, folder), layout.name)
        return made[layout.name]

    return suggest


@pytest.mark.slow
@pytest.mark.parametrize("name", long_but(SETS, *DAILY))
def test_layouts_when_suggested_then_nearly_all_fields_are_right(
    name: str, suggested: Callable[[Layout], Suggestion]
) -> None:
    layouts = SETS[name]
    mistakes = [f"{x.name} {text}" for x in layouts for text in wrong_fields(x, suggested(x))]
    fields = sum(bool(line.fields) for layout in layouts for line in layout.lines)
    assert 1 - len(mistakes) / fields >= 0.97, mistakes


@pytest.mark.slow
@pytest.mark.parametrize("layout", ALL)
def test_layout_when_suggested_then_no_vital_field_is_wrong_and_the_profile_is_valid(
    layout: Layout, suggested: Callable[[Layout], Suggestion]
) -> None:
    suggestion, expected = suggested(layout), layout.expected()
    found = {field: suggestion.guesses[i].header for field, i in suggestion.by_field.items()}
    assert {f: found.get(f) for f in VITAL if found.get(f) not in expected.get(f, {None})} == {}
    if not suggestion.missing:
        assert parse_profile(profile_toml(suggestion).encode(), layout.name).columns


@pytest.mark.slow
@pytest.mark.parametrize("first", long_but(range(3), 0))  # every third of the layouts
def test_layouts_when_files_are_small_and_columns_shuffled_then_no_vital_field_is_wrong(
    first: int, tmp_path: Path
) -> None:
    wrong = []
    for layout in EVERY[first::3]:
        lines = list(layout.lines)
        random.Random(layout.name).shuffle(lines)
        made = suggest_profile(write_export(replace(layout, lines=tuple(lines)), tmp_path, rows=12), layout.name)
        found = {field: made.guesses[i].header for field, i in made.by_field.items()}
        wrong += [(layout.name, f, found.get(f)) for f in VITAL if found.get(f) not in layout.expected().get(f, {None})]
    assert wrong == []
