from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from weisu.errors import SettingsError
from weisu.settings import Settings, Workspace, find_workspace, read_settings


def workspace(root: Path, toml: str) -> Workspace:
    (root / "weisu.toml").write_text(toml, encoding="utf-8")
    return find_workspace(root)


def test_empty_file_gives_the_defaults(tmp_path: Path) -> None:
    assert workspace(tmp_path, "").settings() == Settings()


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("[citty]\n", "unknown section"),
        ("[city]\nnane = 'x'\n", "unknown setting"),
        ("[city]\nname = 3\n", "must be str"),
        ("[publishing]\nkeep = true\n", "must be int"),  # a bool is not a number here
        ("[city]\ntimezone = 'Mars/Olympus'\n", "unknown time zone"),
        ("city = [", "not valid TOML"),
        ("city = 'x'\n", "must be a section"),
        ("[city]\nlanguage = 'fr'\n", "city.language is out of range"),
        ("[alerts]\nbudget = '2/yr'\n", "alerts.budget is out of range"),
        ("[alerts]\nscan_radius_m = 100\n", "alerts.scan_radius_m is out of range"),
        ("[rates]\nsolved_weight = 1.5\n", "rates.solved_weight is out of range"),
        ("[rates]\nsolved_weight = 0.6\n", "the sum of .* is out of range"),
        ("[publishing]\nkeep = 0\n", "publishing.keep is out of range"),
        ("[archive]\nkeep_days = -1\n", "archive.keep_days is out of range"),
        ("[delivery]\nwait_hours = -1\n", "delivery.wait_hours is out of range"),
        ("[delivery]\ncatch_up_weeks = 0\n", "delivery.catch_up_weeks is out of range"),
        ("[delivery]\ncatch_up_months = 0\n", "delivery.catch_up_months is out of range"),
        ("[delivery]\ndigest_hour = 24\n", "delivery.digest_hour is out of range"),
    ],
)
def test_wrong_setting_is_one_clear_error(tmp_path: Path, toml: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says) as caught:
        workspace(tmp_path, toml).settings()
    assert "\n" not in str(caught.value)


def test_whole_number_serves_where_a_fraction_is_wanted(tmp_path: Path) -> None:
    assert workspace(tmp_path, "[rates]\npartly_satisfied_weight = 1\n").settings().rates.partly_satisfied_weight == 1.0


def test_folder_without_settings_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no workspace here"):
        find_workspace(tmp_path)


@pytest.mark.parametrize(
    ("zone", "day", "utc"),
    [
        ("Asia/Shanghai", dt.date(2026, 3, 1), dt.datetime(2026, 3, 1, 16)),
        ("America/New_York", dt.date(2015, 3, 7), dt.datetime(2015, 3, 8, 5)),  # the night before daylight saving
        ("America/New_York", dt.date(2015, 3, 8), dt.datetime(2015, 3, 9, 4)),
    ],
)
def test_end_of_day_is_local_midnight_in_utc(tmp_path: Path, zone: str, day: dt.date, utc: dt.datetime) -> None:
    assert workspace(tmp_path, f"[city]\ntimezone = '{zone}'\n").settings().end_of_day(day) == utc


def test_unreadable_settings_name_the_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings(tmp_path / "weisu.toml")
