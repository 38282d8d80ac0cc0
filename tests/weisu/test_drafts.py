"""What a file holds after a write that ended well or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from weisu.drafts import draft_of, write_text


def test_draft_when_the_block_ends_well_then_it_takes_the_place(tmp_path: Path) -> None:
    place = tmp_path / "report.json"
    place.write_text("old")
    with draft_of(place) as draft:
        draft.write_text("new")
        assert place.read_text() == "old"
    assert place.read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_draft_when_the_block_fails_then_the_old_file_stays_and_nothing_else(tmp_path: Path) -> None:
    place = tmp_path / "report.json"
    place.write_text("old")
    with pytest.raises(LookupError), draft_of(place) as draft:
        _write_half(draft)
    assert place.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_draft_when_the_disk_is_full_then_the_old_file_stays(tmp_path: Path) -> None:
    place = tmp_path / "report.json"
    place.write_text("old")
    (tmp_path / ".report.draft.json").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        write_text(place, "new")
    assert place.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def _write_half(path: Path) -> None:
    path.write_text("half")
    raise LookupError
