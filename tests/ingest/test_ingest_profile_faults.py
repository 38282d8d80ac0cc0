"""Profiles that would load wrongly, or under another name, are refused when they are read."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import polars as pl
import pytest

from ingest.clocks import FORMATS
from ingest.dates import parse_instants
from ingest.errors import ProfileError
from ingest.profiles import Profile, list_profiles, load_profile, parse_profile

PLAIN = 'name = "city"\n[columns]\nticket_id = "id"\ncreated_at = "when"\n'


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


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("[[patterns.street]]\nmatch = '(?=东)'\nbecomes = 'x'\n", "look-around"),
        ("[[patterns.street]]\nmatch = '('\nbecomes = 'x'\n", "unclosed group"),
        ("[[patterns.street]]\nmatch = '(a)'\nbecomes = '${2}'\n", "does not have"),
        ("[[patterns.street]]\nmatch = '(a)'\nbecomes = '$1号'\n", "does not have"),
        ("[fallback.street]\ncolumn = 'x'\nmatch = '('\n", "unclosed group"),
        ("[fallback.street]\ncolumn = 'x'\nmatch = 'a'\n", "does not have"),
        ("[dates]\nformats = ['%Y-%m-%d %H:%M:%S%z']\n", "offset"),
        ("[dates]\nformats = ['%Y-%m-%dT%H:%M:%SZ']\n", "offset"),
        ("[dates]\nformats = ['%Y-%m-%d %H:%M:%S UTC']\n", "offset"),
        ("[dates]\nformats = ['%Y-%m-%d %H:%M:%S+00:00']\n", "offset"),
        ("[dates]\nformats = ['%s']\n", "offset"),
        ("[dates]\nformats = ['%m/%d/%Y %I:%M']\n", "clock"),
        ("[dates]\nformats = ['%Y-%m-%d %H:%M:%S.%f']\n", "%.f"),
        ("[dates]\nformats = ['%Y/%m']\n", "year, month, day"),
        ("[dates]\nformats = ['%Q']\n", "year, month, day"),
        ("[dates]\nformats = ['YYYY-MM-DD']\n", "year, month, day"),
    ],
)
def test_profile_when_an_expression_or_format_cannot_work_then_one_line_says_so(more: str, said: str) -> None:
    with pytest.raises(ProfileError, match=said) as refused:
        parse_profile((PLAIN + more).encode(), "city.toml")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("fmt", [*FORMATS, "%Y%m%d%H%M%S", "%d.%m.%Y", "%-m/%-d/%y %l:%M %p", "%d%b%Y:%H:%M:%S", "%d-%m-%Y %H-%M"])  # fmt: skip
def test_format_when_it_reads_what_it_writes_then_kept(fmt: str) -> None:
    assert parse_profile(f"{PLAIN}[dates]\nformats = ['{fmt}']\n".encode(), "x").dates.formats == (fmt,)


@pytest.mark.parametrize(
    ("fmt", "value", "is_date_only"),
    [
        ("%Y%m%d%H%M%S", "20260301081707", False),
        ("%d.%m.%Y %H.%M", "01.03.2026 08.17", False),
        ("%d.%m.%Y", "01.03.2026", True),
        ("%d.%m.%Y", "2026-03-01 08:17", False),  # read by the usual spellings
    ],
)
def test_a_format_when_it_has_no_time_then_the_day_alone_is_known(fmt: str, value: str, is_date_only: bool) -> None:
    read = parse_instants(pl.Series([value]), zone="UTC", formats=["%d/%m/%Y", fmt])
    assert (read["on"][0].isoformat(), read["is_date_only"][0]) == ("2026-03-01", is_date_only)


def test_documentation_when_keys_are_listed_then_every_key_of_a_profile_stands_there(repo: Path) -> None:
    table = (repo / "docs/profiles.md").read_text(encoding="utf-8").split("## Keys of a profile")[1].split("\n\n**")[0]
    told = {name for row in table.splitlines() for name in re.findall(r"`\[*([a-z_]+)", row.split(" | ")[0])}
    assert told >= set(Profile.model_fields)
