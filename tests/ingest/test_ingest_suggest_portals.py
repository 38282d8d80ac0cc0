"""Suggested profiles for the layouts of real portals: id, created and closed never wrong, nearly all other fields right."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.profiles import parse_profile
from ingest.proposal import profile_toml
from ingest.suggest import Suggestion, suggest_profile
from tests.fixtures_portals import HELD_OUT, SECOND, TUNED, Layout, write_export

VITAL = ("ticket_id", "created_at", "closed_at")
ALL = [pytest.param(layout, id=layout.name) for layout in (*TUNED, *HELD_OUT, *SECOND)]


def wrong_fields(layout: Layout, suggestion: Suggestion) -> list[str]:
    """Fields of the layout whose column was not found, as `field: found instead`."""
    found = {field: suggestion.guesses[i].header for field, i in suggestion.by_field.items()}
    wrong = []
    for line in layout.lines:
        expected = layout.expected()
        if line.fields and not any(found.get(field) in expected[field] for field in line.fields):
            wrong.append(f"{'/'.join(line.fields)}: {found.get(line.fields[0])} instead of {line.header}")
    return wrong


def score(layouts: list[Layout], folder: Path) -> tuple[float, list[str]]:
    """Share of mappable fields that are right, and all mistakes with the layout's name."""
    mistakes, fields = [], 0
    for layout in layouts:
        wrong = wrong_fields(layout, suggest_profile(write_export(layout, folder), layout.name))
        mistakes += [f"{layout.name} {text}" for text in wrong]
        fields += sum(bool(line.fields) for line in layout.lines)
    return 1 - len(mistakes) / fields, mistakes


@pytest.mark.parametrize("layouts", [TUNED, HELD_OUT, SECOND], ids=["tuned", "held_out", "second"])
def test_layouts_when_suggested_then_nearly_all_fields_are_right(layouts: list[Layout], tmp_path: Path) -> None:
    share, mistakes = score(layouts, tmp_path)
    assert share >= 0.95, mistakes


@pytest.mark.parametrize("layout", ALL)
def test_layout_when_suggested_then_no_vital_field_is_wrong(layout: Layout, tmp_path: Path) -> None:
    suggestion = suggest_profile(write_export(layout, tmp_path), layout.name)
    found = {field: suggestion.guesses[i].header for field, i in suggestion.by_field.items()}
    expected = layout.expected()
    assert {f: found.get(f) for f in VITAL if found.get(f) not in expected.get(f, {None})} == {}


@pytest.mark.parametrize("layout", ALL)
def test_layout_when_suggested_then_the_profile_is_valid(layout: Layout, tmp_path: Path) -> None:
    suggestion = suggest_profile(write_export(layout, tmp_path), layout.name)
    if not suggestion.missing:
        assert parse_profile(profile_toml(suggestion).encode(), layout.name).columns
