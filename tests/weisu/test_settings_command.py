"""`weisu settings`: each way of changing something, who did it, and what is refused with one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from weisu import audit
from weisu.cli import run as weisu
from weisu.setting_items import ITEMS
from weisu.settings import Workspace
from weisu.store import open_store

TOML = '[city]\nname = "示例市"\nlanguage = "en"\n[alerts]\nweekly_budget = 3  # a week\n'
WHY = ("--reason", "人手增加", "--by", "甲")


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    (tmp_path / "weisu.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "reference").mkdir()
    return Workspace(tmp_path)


def run(place: Workspace, *words: str) -> int:
    return weisu(["settings", *words, "--workspace", str(place.root)])


def told(place: Workspace, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    capsys.readouterr()
    assert run(place, *words, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_settings_are_listed_and_one_is_shown_with_its_range_and_meaning(place: Workspace, capsys) -> None:
    assert [one["setting"] for one in told(place, capsys, "list")] == [item.key for item in ITEMS]
    assert run(place, "list") == 0
    assert "alerts.weekly_budget = 3\n" in capsys.readouterr().out
    assert run(place, "show", "alerts.fdr") == 0
    said = capsys.readouterr().out
    for word in ("0.1", "a number above 0 and up to 1", "from the next build", "Accepted share of false ones"):
        assert word in said
    assert told(place, capsys, "show", "city.name")["value"] == "示例市"


def test_settings_when_changed_and_undone_then_in_file_history_and_log(place: Workspace, capsys) -> None:
    made = told(place, capsys, "set", "alerts.weekly_budget=5", "alerts.learn=false", "alerts.key_areas=东区，东区/一街", *WHY)  # fmt: skip
    alerts = place.settings().alerts
    assert (alerts.weekly_budget, alerts.learn, alerts.key_areas) == (5, False, ("东区", "东区/一街"))
    assert (made["actor"], made["reason"]) == ("甲", "人手增加")
    assert run(place, "undo", made["change_id"], "--reason", "改错了", "--by", "乙") == 0
    assert place.settings_file.read_text(encoding="utf-8") == TOML
    assert [(c["act"], c["actor"]) for c in told(place, capsys, "history")] == [("undo", "乙"), ("set", "甲")]
    assert told(place, capsys, "history", "alerts.fdr") == []
    assert len(told(place, capsys, "history", "alerts.learn")) == 2
    assert run(place, "history") == 0
    assert "3 -> 5" in capsys.readouterr().out
    logged = audit.search(open_store(place), audit.Asked(holds=made["change_id"]))
    assert logged.select("actor", "what").rows() == [("甲", "change")]


def test_reason_with_a_telephone_number_is_kept_masked(place: Workspace, capsys) -> None:
    made = told(place, capsys, "set", "alerts.weekly_budget=5", "--reason", "请电13812345678")
    assert "13812345678" not in made["reason"]
    assert made["actor"]  # the user of the machine


def test_weights_when_set_then_a_new_version_with_author_and_reason(place: Workspace, capsys) -> None:
    options = ("--from", "2031-05-01", "--version", "会议2号", *WHY)
    assert run(place, "set", "level.2=30", "degree_weight.intensity=0.5", *options) == 0
    lines = (place.reference / "weights.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[:5] for line in lines[1:]] == [
        ["level", "2", "30", "2031-05-01", "会议2号"], ["degree_weight", "intensity", "0.5", "2031-05-01", "会议2号"],
    ]  # fmt: skip
    assert all(line.endswith("人手增加") and ",甲," in line for line in lines[1:])
    capsys.readouterr()
    assert run(place, "set", "level.3=20", *options) == 2
    assert "levels do not rise" in capsys.readouterr().err
    assert run(place, "set", "level.4=90", "--from", "2031-06-01", *WHY) == 2
    assert "a new version needs a name" in capsys.readouterr().err
    assert len((place.reference / "weights.csv").read_text(encoding="utf-8").splitlines()) == 3


def test_list_when_given_a_file_then_replaced_after_the_check(place: Workspace, capsys, tmp_path: Path) -> None:
    given = tmp_path / "new.csv"
    given.write_text("date,region,kind,name,category_l1,district\n2026-05-01,CN,event,x,,\n", encoding="utf-8")
    made = told(place, capsys, "set", f"calendar={given}", *WHY)
    assert (made["file"], made["after"]["added"]) == ("calendar.csv", 1)
    assert (place.reference / "calendar.csv").read_bytes() == given.read_bytes()
    given.write_text("date,name\nsoon,x\n", encoding="utf-8")
    assert run(place, "set", f"calendar={given}", *WHY) == 2
    assert "date 'soon' is no date" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("alerts.weekly_budget",), "write NAME=VALUE"),
        (("alerts.weekly_budget=many",), "'many' is no int"),
        (("alerts.learn=perhaps",), "use true or false"),
        (("access.mode=accounts",), "stands in weisu.toml only"),
        (("alerts.fdr=2",), "alerts.fdr is out of range"),
        (("duties=x.csv", "alerts.fdr=0.2"), "one list at a time"),
        (("duties=missing.csv",), "missing.csv: No such file"),
    ],
)
def test_wrong_use_is_one_line_and_changes_nothing(place: Workspace, capsys, words: tuple[str, ...], says: str) -> None:
    assert run(place, "set", *words, *WHY) == 2
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1
    assert place.settings_file.read_text(encoding="utf-8") == TOML
