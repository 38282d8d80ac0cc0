"""The rulebook: a weight is changed by a new version from a later day; what was published keeps its own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from weisu import rulebook
from weisu.goalposts import GOALPOSTS
from weisu.rulebook import COLUMNS, RulebookError
from weisu.settings import Workspace

NOW = dt.datetime(2026, 1, 2, 3, 4)
FIRST, SECOND = dt.date(2025, 12, 31), dt.date(2026, 1, 31)
HALF = "degree_weight,intensity,0.5,2026-02-01,2,市委,2026-01-20,更重烈度"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path)
    made.reference.mkdir()
    made.var.mkdir()
    return made


def write(workspace: Workspace, *rows: str) -> None:
    text = "\n".join([",".join(COLUMNS), *rows]) + "\n"
    rulebook.weights_file(workspace).write_text(text, encoding="utf-8")


def published(workspace: Workspace, as_of: dt.date, now: dt.datetime = NOW) -> Path:
    """A build that used the rulebook and was published."""
    build = workspace.root / f"build-{as_of}-{now:%H%M}.duckdb"
    with duckdb.connect(str(build)) as con:
        rulebook.copy_into(workspace, con, as_of=as_of)
        con.execute("create schema intermediate; create schema marts; create table marts.fct_tickets (created_on date)")
        con.execute(f"create table intermediate.int_goalposts ({GOALPOSTS})")
    rulebook.keep(workspace, build, as_of=as_of, now=now)
    return build


def values(workspace: Workspace, rule: str, key: str) -> list[tuple[dt.date, float]]:
    return [(w.valid_from, w.rule_value) for w in rulebook.history(workspace) if w.key == (rule, key)]


def test_without_a_file_the_defaults_hold_from_the_beginning(workspace: Workspace) -> None:
    assert values(workspace, "degree_weight", "intensity") == [(rulebook.BEGINNING, 0.25)]
    assert {w.rule_name for w in rulebook.history(workspace)} == set(rulebook.FAMILIES)


def test_a_new_version_stands_beside_the_old_one(workspace: Workspace) -> None:
    published(workspace, FIRST)
    write(workspace, HALF)
    assert values(workspace, "degree_weight", "intensity") == [(rulebook.BEGINNING, 0.25), (dt.date(2026, 2, 1), 0.5)]


def test_a_version_cannot_hold_from_a_day_that_is_published(workspace: Workspace) -> None:
    published(workspace, dt.date(2026, 2, 1))
    write(workspace, HALF)
    with pytest.raises(RulebookError, match="2026-02-01 is published") as caught:
        rulebook.history(workspace)
    assert "2026-02-02" in caught.value.todo


def test_a_published_version_cannot_be_changed(workspace: Workspace) -> None:
    write(workspace, HALF)
    published(workspace, SECOND)
    write(workspace, HALF.replace("0.5", "0.6"))
    with pytest.raises(RulebookError, match="was published otherwise"):
        rulebook.history(workspace)


def test_a_published_version_stays_when_its_row_is_taken_back(workspace: Workspace) -> None:
    write(workspace, HALF)
    published(workspace, SECOND)
    write(workspace)
    assert values(workspace, "degree_weight", "intensity")[-1] == (dt.date(2026, 2, 1), 0.5)


def test_another_file_is_checked_before_it_becomes_the_citys_own(workspace: Workspace, tmp_path: Path) -> None:
    assert rulebook.published_until(workspace) is None
    write(workspace, HALF)
    published(workspace, FIRST)
    other = tmp_path / "other.csv"
    other.write_text(",".join(COLUMNS) + "\n", "utf-8")
    with pytest.raises(RulebookError, match="is published and cannot be taken back"):
        rulebook.check_own(workspace, other)
    later = "degree_weight,intensity,0.6,2026-03-01,3,市委,2026-01-20,更重烈度"
    other.write_text("\n".join((",".join(COLUMNS), HALF, later)) + "\n", "utf-8")
    assert [w.rule_value for w in rulebook.check_own(workspace, other)] == [0.5, 0.6]
    assert rulebook.published_until(workspace) == FIRST
    assert values(workspace, "degree_weight", "intensity")[-1] == (dt.date(2026, 2, 1), 0.5)


def test_a_default_of_a_new_release_holds_from_the_day_after_the_last_publication(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    published(workspace, FIRST)
    text = rulebook.RULES.read_text(encoding="utf-8")
    newer = tmp_path / "rules.csv"
    newer.write_text(text.replace("degree_weight,breadth,0.25,share,1", "degree_weight,breadth,0.4,share,2"), "utf-8")
    monkeypatch.setattr(rulebook, "RULES", newer)
    assert values(workspace, "degree_weight", "breadth") == [(rulebook.BEGINNING, 0.25), (dt.date(2026, 1, 1), 0.4)]
    assert len(values(workspace, "degree_weight", "intensity")) == 1
    write(workspace, HALF.replace("intensity", "breadth"))  # what a city decided goes before a new default
    assert values(workspace, "degree_weight", "breadth") == [(rulebook.BEGINNING, 0.25), (dt.date(2026, 2, 1), 0.5)]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (HALF.replace("2026-02-01", "2026-01-01"), "before it was decided"),
        (HALF.replace("市委", ""), "author is empty"),
        (HALF.replace("更重烈度", " "), "reason is empty"),
        (HALF.replace("0.5", "-0.1"), "is -0.1"),
        (HALF.replace("0.5", "nan"), "is nan"),
        (HALF.replace("0.5", "a lot"), "cannot be read"),
        (HALF.replace("2026-02-01", "1 Feb"), "cannot be read"),
        (HALF.replace("intensity", "loudness"), "no weight degree_weight.loudness"),
        (f"{HALF}\n{HALF}", "twice"),
        ("\n".join(HALF.replace("intensity,0.5", f"{d},0") for d in ("frequency", "intensity", "breadth", "difficulty")), "adds up to nothing"),
        (HALF.replace("degree_weight,intensity,0.5", "level,3,80"), "the levels do not rise"),
        (HALF.replace("degree_weight,intensity,0.5", "grade_breadth,3,20"), "grade_breadth does not rise"),
    ],
)  # fmt: skip
def test_bad_rows_are_one_clear_line(workspace: Workspace, row: str, says: str) -> None:
    write(workspace, row)
    with pytest.raises(RulebookError, match=says) as caught:
        rulebook.history(workspace)
    assert "\n" not in str(caught.value)
    assert "weights.csv" in str(caught.value)
