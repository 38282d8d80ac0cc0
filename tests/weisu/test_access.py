"""What each role may do, as a table that a person can check."""

from __future__ import annotations

from pathlib import Path

import pytest

from weisu.access import ACTS, DEEDS, LOCAL, PAGES, AccessError, Reader, Role
from weisu.errors import SettingsError
from weisu.settings import read_settings

OWN, OTHER = "东湖区/二桥街道", "西山区"
MAY = """
deed             viewer analyst district_officer manager admin
comment          -      x       x                x       x
confirm          -      x       x                x       x
dismiss          -      x       x                x       x
assign           -      -       x                x       x
send             -      -       x                x       x
accept           -      -       x                x       x
return           -      -       x                x       x
handle           -      -       x                x       x
verify           -      -       x                x       x
close            -      -       x                x       x
reopen           -      -       x                x       x
snooze           -      -       x                x       x
judge_texts      -      x       x                x       x
write_reports    -      x       -                x       x
approve_reports  -      -       -                x       x
connect          -      -       -                -       x
change_settings  -      -       -                -       x
manage_users     -      -       -                -       x
read_audit       -      -       -                -       x
"""
ROWS = [line.split() for line in MAY.strip().splitlines()[1:]]


def reader(role: str) -> Reader:
    return Reader("甲", Role(role), "东湖区" if role == "district_officer" else None)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_role_may_do_what_the_table_says(row: list[str]) -> None:
    deed, *marks = row
    assert [reader(role).may(deed) for role in Role] == [mark == "x" for mark in marks]


def test_table_names_every_deed_once() -> None:
    assert sorted(row[0] for row in ROWS) == sorted(set().union(*DEEDS.values()))
    assert {row[0] for row in ROWS[:12]} == ACTS


def test_officer_acts_in_the_own_area_only() -> None:
    officer = reader("district_officer")
    assert officer.may("close", area_key=OWN)
    assert officer.may("close", area_key="东湖区")
    for foreign in (OTHER, "*", "东湖区域", ""):
        assert not officer.may("close", area_key=foreign)
        with pytest.raises(AccessError):
            officer.demand("close", area_key=foreign)


def test_officer_without_an_area_sees_and_does_nothing() -> None:
    lost = Reader("乙", Role.OFFICER)
    assert lost.sight.area == ""
    assert not any(lost.may("comment", area_key=area) for area in ("", "*", OWN))


def test_who_may_do_an_act_may_take_it_back_and_nobody_else() -> None:
    assert reader("analyst").may("undo", taken_back="dismiss")
    assert not reader("analyst").may("undo", taken_back="close")
    assert not reader("manager").may("undo", taken_back=None)
    assert not reader("viewer").may("undo", taken_back="comment")


def test_only_analysts_and_above_see_texts() -> None:
    assert [reader(role).sight.has_texts for role in Role] == [False, True, True, True, True]
    assert [reader(role).sight.area for role in Role] == [None, None, "东湖区", None, None]


def test_on_the_own_machine_without_a_login_everything_is_allowed_but_accounts() -> None:
    assert LOCAL.may("connect")
    assert "users" not in LOCAL.pages
    assert set(LOCAL.pages) | {"users"} == set(PAGES[Role.ADMIN])


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("mode = 'none'", "access.mode"),
        ("public_address = 'weisu.example'", "access.public_address"),
        ("session_hours = 0", "access.session_hours"),
        ("unknown_role = 'admin'", "access.unknown_role"),  # nobody unknown becomes more than a viewer
        ("mode = 'header'", "access.proxies"),
        ("mode = 'oidc'", "access.oidc_metadata"),
    ],
)
def test_setting_of_access_that_cannot_be_is_one_clear_error(tmp_path: Path, toml: str, says: str) -> None:
    file = tmp_path / "weisu.toml"
    file.write_text(f"[access]\n{toml}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=f"{says} is out of range"):
        read_settings(file)
