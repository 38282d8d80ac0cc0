"""Whose clock and which order: what points and impossible dates say about a suggested profile."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import typer

from ingest.clocks import prove_order
from ingest.proposal import profile_toml
from ingest.suggest import suggest_profile
from ingest.zones import judge_zone, nearest_zone
from weisu.cli import profile
from weisu.settings import find_workspace

ROWS = "".join(f"SR-{i:05d},2024-03-{i % 27 + 1:02d} 11:05:00,Pothole,34.{i:03d},-118.{i:03d}\n" for i in range(40))
LOS_ANGELES = f"SR Number,Opened,Request Type,Latitude,Longitude\n{ROWS}"


def test_order_when_one_value_is_no_date_then_the_others_prove_it() -> None:
    days = [f"{1 + i % 28}.{1 + i % 12}.2026" for i in range(150)]
    assert prove_order({"created_at": pl.Series([*days, "31.13.2026", "0.5.2026"])}) == ("dmy", "values")
    assert prove_order({"created_at": pl.Series(["31.13.2026"])}) == ("ymd", "year_first")


@pytest.mark.parametrize(
    ("lat", "lon", "zone"),
    [
        (34.05, -118.24, "America/Los_Angeles"), (40.71, -74.0, "America/New_York"), (31.23, 121.47, "Asia/Shanghai"),
        (51.5, -0.12, "Europe/London"), (-33.87, 151.2, "Australia/Sydney"),
    ],
)  # fmt: skip
def test_zone_when_a_place_is_known_then_the_nearest_of_the_tz_database(lat: float, lon: float, zone: str) -> None:
    assert nearest_zone(lat, lon) == zone


@pytest.mark.parametrize(
    ("city", "middle", "is_far"),
    [
        ("Asia/Shanghai", (34.0, -118.0), True), ("Asia/Shanghai", (39.47, 75.99), False), ("Asia/Shanghai", None, False),
        ("Asia/Shanghai", (0.0, 0.0), False), ("America/New_York", (42.3, -71.1), False), ("Pacific/Auckland", (-36.8, 174.8), False),
        ("Pacific/Apia", (-13.8, -171.8), False),  # beyond the date line
    ],
)  # fmt: skip
def test_zone_when_points_lie_far_from_it_then_said(
    city: str, middle: tuple[float, float] | None, is_far: bool
) -> None:
    assert judge_zone(city, middle).is_far == is_far


@pytest.fixture
def app() -> typer.Typer:
    made = typer.Typer()
    profile.register(made)
    return made


def test_suggest_when_points_lie_elsewhere_then_their_zone_is_proposed_as_a_comment(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(LOS_ANGELES, encoding="utf-8")
    lines = profile_toml(suggest_profile(tmp_path / "a.csv", "a")).splitlines()
    (line,) = [line for line in lines if "zone =" in line]
    assert line.startswith('# zone = "America/Los_Angeles"  # ASSUMED')
    assert "Asia/Shanghai" in line
    lines = profile_toml(suggest_profile(tmp_path / "a.csv", "a", zone="America/Los_Angeles")).splitlines()
    assert next(line for line in lines if "zone =" in line).endswith("no value names a zone")


def test_suggest_when_in_chinese_then_the_kind_of_file_is_said_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("工单编号,诉求时间\nG1,2026-03-01\nG2,2026-03-02\n", encoding="utf-8")
    text = profile_toml(suggest_profile(tmp_path / "a.csv", "a"))
    assert "读作 分隔符文本" in text


def test_suggest_when_written_then_the_next_command_names_the_workspace(
    app: typer.Typer, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WEISU_WORKSPACE", raising=False)
    (tmp_path / "a.csv").write_text(LOS_ANGELES, encoding="utf-8")
    (tmp_path / "city" / "sources").mkdir(parents=True)
    settings = '[city]\ntimezone = "America/Los_Angeles"\n'
    (tmp_path / "city" / "weisu.toml").write_text(settings, encoding="utf-8")
    out, root = tmp_path / "city" / "sources" / "la.toml", find_workspace(tmp_path / "city").root
    app(["profile", "suggest", str(tmp_path / "a.csv"), "-o", str(out)], standalone_mode=False)
    assert capsys.readouterr().out.endswith(f"then: weisu load {tmp_path}/a.csv --source la --workspace {root}\n")
    assert '# zone = "America/Los_Angeles"  # ASSUMED: the city\'s clock' in out.read_text(encoding="utf-8")
    there = [
        "profile",
        "suggest",
        str(tmp_path / "a.csv"),
        "-o",
        str(tmp_path / "my la.toml"),
        "--workspace",
        str(root),
    ]
    app(there, standalone_mode=False)
    assert f"copy it to {root}/sources/my_la.toml; weisu load" in capsys.readouterr().out
