"""Profiles that would load wrongly, or under another name, are refused when they are read."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from ingest.errors import ProfileError
from ingest.profiles import list_profiles, load_profile


def test_profile_when_its_name_is_not_its_files_then_refused(tmp_path: Path) -> None:
    bundled = resources.files("ingest.sources").joinpath("hotline.toml").read_text(encoding="utf-8")
    (tmp_path / "mycity.toml").write_text(bundled, encoding="utf-8")
    with pytest.raises(ProfileError, match="calls itself name = 'hotline'") as refused:
        load_profile("mycity", tmp_path)
    assert 'name = "mycity"' in str(refused.value)
    (tmp_path / "mycity.toml").write_text(bundled.replace('"hotline"', '"mycity"', 1), encoding="utf-8")
    assert load_profile("mycity", tmp_path).name == "mycity"


def test_bundled_profiles_when_loaded_then_named_as_their_files() -> None:
    assert [load_profile(name).name for name in list_profiles()] == list_profiles()
