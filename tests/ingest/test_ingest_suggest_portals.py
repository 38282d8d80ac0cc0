"""Suggested profiles for the layouts of real portals: id, created and closed never wrong, nearly all other fields right."""

from __future__ import annotations

import random
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
ALL = [pytest.param(layout, id=layout.name) for layout in EVERY]


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
def suggestions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Suggestion]:
    """One suggestion per layout."""
    folder = tmp_path_factory.mktemp("portals")
    return {layout.name: suggest_profile(write_export(layout, folder), layout.name) for layout in EVERY}


@pytest.mark.slow
@pytest.mark.parametrize(
    "layouts",
    [TUNED, HELD_OUT, SECOND, THIRD, FOURTH, FIFTH],
    ids=["tuned", "held_out", "second", "third", "fourth", "fifth"],
)
def test_layouts_when_suggested_then_nearly_all_fields_are_right(
    layouts: list[Layout], suggestions: dict[str, Suggestion]
) -> None:
    mistakes = [f"{x.name} {text}" for x in layouts for text in wrong_fields(x, suggestions[x.name])]
    fields = sum(bool(line.fields) for layout in layouts for line in layout.lines)
    assert 1 - len(mistakes) / fields >= 0.97, mistakes


@pytest.mark.slow
@pytest.mark.parametrize("layout", ALL)
def test_layout_when_suggested_then_no_vital_field_is_wrong_and_the_profile_is_valid(
    layout: Layout, suggestions: dict[str, Suggestion]
) -> None:
    suggestion, expected = suggestions[layout.name], layout.expected()
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
