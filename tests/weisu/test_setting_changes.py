"""Settings and lists are changed in their files, with author and reason; nothing unseen is overwritten, everything can be taken back."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from weisu.cli.settings import check_list
from weisu.errors import SettingsError, WeisuError
from weisu.list_rows import Rows, difference, tally
from weisu.setting_changes import Told, change_settings, replace_list, undo_change
from weisu.setting_files import LISTS, SettingChangeError, content_of, fingerprint
from weisu.setting_history import Desk, SettingConflict, list_changes, look
from weisu.setting_items import ITEMS
from weisu.settings import SETTINGS_FILE, Settings, Workspace, parse_settings, value_of
from weisu.store import open_url, version
from weisu.texts import catalogue

NOW = dt.datetime(2026, 4, 1, 2)
TOML = """# 城市
[city]
name = "示例市"   # 印在每一页

[alerts]
weekly_budget = 3           # 每周
fdr = 0.1

[access]
mode = "header"
proxies = ["10.0.0.2"]
"""
DUTIES = (
    "category_l1,category_l2,district,street,sector_unit,territory_unit,limit_days,legal_basis,valid_from,valid_to\n"
)
WATER = "市政,供水,,,水务局,,5,,2026-01-01,\n"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    place = Workspace(tmp_path)
    place.reference.mkdir()
    place.var.mkdir(mode=0o700)
    place.settings_file.write_text(TOML, encoding="utf-8")
    place.settings_file.chmod(0o640)
    (place.reference / "duties.csv").write_text(DUTIES + WATER, encoding="utf-8")
    engine = open_url(f"sqlite:///{tmp_path}/var/acts.sqlite")
    yield Desk(engine, place, check_list, lambda text: text.replace("13800000000", "█"))
    engine.dispose()


def told(reason: str = "人手增加", minute: int = 0) -> Told:
    return Told("甲", reason, NOW + dt.timedelta(minutes=minute))


def seen(desk: Desk, file: str = SETTINGS_FILE) -> str:
    return fingerprint(look(desk, file, now=NOW))


def by_hand(desk: Desk, before: str, after: str) -> None:
    path = desk.workspace.settings_file
    path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")


def test_setting_when_changed_then_the_file_has_it_with_comments_and_rights_and_the_store_says_who(desk: Desk) -> None:
    made = change_settings(desk, {"alerts.weekly_budget": 5, "alerts.fdr": 0.1, "alerts.key_areas": ("东区",)}, seen=seen(desk), told=told("电 13800000000"))  # fmt: skip
    text = desk.workspace.settings_file.read_text(encoding="utf-8")
    assert text == TOML.replace("weekly_budget = 3  ", "weekly_budget = 5  ").replace("fdr = 0.1\n", 'fdr = 0.1\nkey_areas = ["东区"]\n')  # fmt: skip
    assert desk.workspace.settings_file.stat().st_mode & 0o777 == 0o640
    assert (made.act, made.actor, made.reason, made.changed_at) == ("set", "甲", "电 █", NOW)
    assert made.before == {"alerts.weekly_budget": 3, "alerts.key_areas": None}  # what is so already is left out
    assert made.after == {"alerts.weekly_budget": 5, "alerts.key_areas": ["东区"]}
    assert [c.change_id for c in list_changes(desk.engine)] == [made.change_id]
    assert version(desk.workspace) == "empty"  # no build is stale by the history; by the file it is


@pytest.mark.parametrize(
    ("values", "reason", "says"),
    [
        ({"alerts.weekly_budget": 5}, " ", "needs a reason and a name"),
        ({"alerts.weekly_budget": 0}, "因", "alerts.weekly_budget is out of range"),
        ({"alerts.weekly_budget": "5"}, "因", "must be int"),
        ({"rates.solved_weight": 0.6}, "因", "the sum of"),
        ({"city.timezone": "Mars"}, "因", "unknown time zone"),
        ({"access.mode": "open"}, "因", "in weisu.toml only"),
        ({"city.is_synthetic": True}, "因", "in weisu.toml only"),
        ({"alerts.nonsense": 1}, "因", "in weisu.toml only"),
        ({"alerts.weekly_budget": 3}, "因", "nothing would change"),
    ],
)
def test_setting_when_it_cannot_be_then_the_file_stays(desk: Desk, values: dict, reason: str, says: str) -> None:
    with pytest.raises(WeisuError, match=says):
        change_settings(desk, values, seen=seen(desk), told=told(reason))
    assert desk.workspace.settings_file.read_text(encoding="utf-8") == TOML
    assert list_changes(desk.engine) == []


def test_weights_of_a_rate_are_changed_together(desk: Desk) -> None:
    change_settings(desk, {"rates.solved_weight": 0.4, "rates.satisfied_weight": 0.5}, seen=seen(desk), told=told())
    assert desk.workspace.settings().rates.satisfied_weight == 0.5


def test_undo_when_nothing_came_after_then_the_former_file_to_the_letter(desk: Desk) -> None:
    made = change_settings(desk, {"alerts.weekly_budget": 5, "city.name": "新名"}, seen=seen(desk), told=told())
    back = undo_change(desk, made.change_id, told=told("改错了", 1))
    assert desk.workspace.settings_file.read_text(encoding="utf-8") == TOML
    assert (back.act, back.undoes, back.before, back.after) == ("undo", made.change_id, made.after, made.before)
    undo_change(desk, back.change_id, told=told("还是要", 2))  # an undoing is a change like another
    assert desk.workspace.settings().alerts.weekly_budget == 5
    with pytest.raises(SettingChangeError, match="no such change"):
        undo_change(desk, "0" * 16, told=told())


def test_undo_when_it_was_not_written_before_then_the_default_again(desk: Desk) -> None:
    made = change_settings(desk, {"publishing.keep": 9}, seen=seen(desk), told=told())
    undo_change(desk, made.change_id, told=told(minute=1))
    assert desk.workspace.settings().publishing.keep == 5


def test_undo_when_changed_since_then_refused(desk: Desk) -> None:
    made = change_settings(desk, {"alerts.weekly_budget": 5}, seen=seen(desk), told=told())
    change_settings(desk, {"alerts.weekly_budget": 6}, seen=seen(desk), told=told(minute=1))
    with pytest.raises(SettingConflict, match="was changed since"):
        undo_change(desk, made.change_id, told=told(minute=2))
    assert desk.workspace.settings().alerts.weekly_budget == 6


def test_second_of_two_who_saw_the_same_is_refused(desk: Desk) -> None:
    same = seen(desk)
    change_settings(desk, {"alerts.weekly_budget": 5}, seen=same, told=told())
    with pytest.raises(SettingConflict, match="meanwhile"):
        change_settings(desk, {"alerts.weekly_budget": 9}, seen=same, told=told())
    assert desk.workspace.settings().alerts.weekly_budget == 5


def test_eight_who_change_at_once_lose_nothing(desk: Desk) -> None:
    same, gate, done = seen(desk), threading.Barrier(8), []

    def one(number: int) -> None:
        gate.wait()
        with contextlib.suppress(WeisuError):
            done.append(change_settings(desk, {"alerts.weekly_budget": 10 + number}, seen=same, told=told()))

    threads = [threading.Thread(target=one, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 1
    assert desk.workspace.settings().alerts.weekly_budget == done[0].after["alerts.weekly_budget"]
    assert [c.change_id for c in list_changes(desk.engine)] == [done[0].change_id]


def test_hand_edit_when_somebody_looks_then_noted_without_an_author_and_without_who_may_enter(desk: Desk) -> None:
    before = seen(desk)
    by_hand(desk, "fdr = 0.1", "fdr = 0.2")
    by_hand(desk, "10.0.0.2", "10.0.0.3")
    with pytest.raises(SettingConflict):
        change_settings(desk, {"alerts.weekly_budget": 5}, seen=before, told=told())
    (noted,) = list_changes(desk.engine)
    assert (noted.act, noted.actor, noted.reason) == ("outside", "", "")
    assert noted.before == {"alerts.fdr": 0.1, "access.proxies": "…"}
    assert noted.after == {"alerts.fdr": 0.2, "access.proxies": "…"}
    look(desk, SETTINGS_FILE, now=NOW)
    assert len(list_changes(desk.engine)) == 1
    with pytest.raises(SettingChangeError, match=r"access.proxies: is changed in weisu.toml only"):
        undo_change(desk, noted.change_id, told=told())


def test_hand_edit_while_somebody_else_changes_settings_is_shown_and_noted_later(desk: Desk) -> None:
    seen(desk)
    by_hand(desk, "fdr = 0.1", "fdr = 0.2")
    with desk.alone():
        assert b"fdr = 0.2" in look(desk, SETTINGS_FILE, now=NOW)
        assert list_changes(desk.engine) == []
        with pytest.raises(WeisuError, match="right now"):
            change_settings(desk, {"alerts.weekly_budget": 5}, seen=seen(desk), told=told())
    look(desk, SETTINGS_FILE, now=NOW)
    assert len(list_changes(desk.engine)) == 1


def test_hand_edit_of_settings_of_ours_can_be_undone_and_one_of_layout_not(desk: Desk) -> None:
    seen(desk)
    by_hand(desk, "fdr = 0.1", "fdr = 0.2")
    seen(desk)
    undo_change(desk, list_changes(desk.engine)[0].change_id, told=told(minute=1))
    assert desk.workspace.settings().alerts.fdr == 0.1
    by_hand(desk, "# 城市", "# 本市")
    look(desk, SETTINGS_FILE, now=NOW + dt.timedelta(minutes=2))
    noted = list_changes(desk.engine)[0]
    assert (noted.before, noted.after, noted.subject) == ({}, {}, SETTINGS_FILE)
    with pytest.raises(SettingChangeError, match="nothing but layout"):
        undo_change(desk, noted.change_id, told=told(minute=3))


@pytest.mark.parametrize("wrong", [b"[alerts]\nfdr = 7\n", b"[city]\nname = '\xff'\n"])
def test_hand_edit_when_no_run_would_take_it_then_said_and_not_noted(desk: Desk, wrong: bytes) -> None:
    seen(desk)
    desk.workspace.settings_file.write_bytes(wrong)
    with pytest.raises(SettingsError):
        look(desk, SETTINGS_FILE, now=NOW)
    assert list_changes(desk.engine) == []


def test_link_stays_a_link(desk: Desk) -> None:
    path = desk.workspace.settings_file
    path.rename(path.with_name("real.toml"))
    path.symlink_to("real.toml")
    change_settings(desk, {"alerts.weekly_budget": 5}, seen=seen(desk), told=told())
    assert path.is_symlink()
    assert desk.workspace.settings().alerts.weekly_budget == 5


def test_list_when_replaced_and_undone_then_counted_and_restored(desk: Desk) -> None:
    content = (DUTIES + WATER.replace("水务局", "供水公司") + "市政,道路,东区,,城管局,,,,2026-01-01,\n").encode()
    made = replace_list(desk, "duties.csv", content, seen=seen(desk, "duties.csv"), told=told())
    assert content_of(desk.workspace, "duties.csv") == content
    assert {k: made.after[k] for k in ("added", "removed", "changed")} == {"added": 1, "removed": 0, "changed": 1}
    undo_change(desk, made.change_id, told=told(minute=1))
    assert content_of(desk.workspace, "duties.csv").decode() == DUTIES + WATER


def test_list_when_there_was_none_then_undo_leaves_its_header(desk: Desk) -> None:
    content = b"date,region,kind,name,category_l1,district\n2026-05-01,CN,event,x,,\n"
    made = replace_list(desk, "calendar.csv", content, seen=seen(desk, "calendar.csv"), told=told())
    undo_change(desk, made.change_id, told=told(minute=1))
    assert content_of(desk.workspace, "calendar.csv") == content.splitlines(keepends=True)[0]


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("duties.csv", "", "is empty"),
        ("duties.csv", "district,colour\n东区,红\n", "duties.csv: unknown column 'colour'"),
        ("duties.csv", DUTIES + "a,,,,,,soon,,,\n", "limit_days 'soon' is no double"),
        ("weights.csv", "rule_name\nlevel\n", "weights.csv: has other columns"),
        ("../weisu.toml", "x", "no such list"),
    ],
)
def test_list_when_a_build_would_refuse_it_then_refused_without_a_path(desk: Desk, file: str, content: str, says: str) -> None:  # fmt: skip
    with pytest.raises(SettingChangeError, match=says) as caught:
        replace_list(desk, file, content.encode(), seen=seen(desk, file if file in LISTS else "duties.csv"), told=told())  # fmt: skip
    assert str(desk.workspace.root) not in str(caught.value)
    assert content_of(desk.workspace, "duties.csv").decode() == DUTIES + WATER


def test_list_when_the_folder_is_gone_then_said_and_nothing_noted(desk: Desk) -> None:
    shown = seen(desk, "calendar.csv")
    (desk.workspace.reference / "duties.csv").unlink()
    desk.workspace.reference.rmdir()
    with pytest.raises(SettingChangeError, match=r"calendar.csv: cannot be written"):
        replace_list(desk, "calendar.csv", b"date,name\n2026-05-01,x\n", seen=shown, told=told())
    assert list_changes(desk.engine) == []


def test_what_it_was_before_when_lost_then_said(desk: Desk) -> None:
    made = replace_list(desk, "duties.csv", DUTIES.encode(), seen=seen(desk, "duties.csv"), told=told())
    (desk.workspace.var / "former" / made.before["sha256"]).write_text("other")
    with pytest.raises(SettingChangeError, match="is not kept"):
        undo_change(desk, made.change_id, told=told(minute=1))


def test_former_contents_are_private(desk: Desk) -> None:
    seen(desk)
    folder = desk.workspace.var / "former"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_rows_that_differ_are_told_apart_by_their_key() -> None:
    old, new = Rows(("k", "v"), (("a", "1"), ("b", "1"), ("b", "1"))), Rows(("k", "v"), (("b", "1"), ("a", "2"), ("c", "1")))  # fmt: skip
    found = difference(old, new, ("k",))
    assert [(one.kind, one.was, one.now) for one in found] == [
        ("changed", ("a", "1"), ("a", "2")), ("added", (), ("c", "1")), ("removed", ("b", "1"), ()),
    ]  # fmt: skip
    assert tally(found) == {"added": 1, "removed": 1, "changed": 1}


def test_every_setting_but_those_of_access_is_told_and_its_range_is_that_of_a_run() -> None:
    sections = {name: value for name, value in vars(Settings()).items() if name != "access"}
    assert {item.key for item in ITEMS} == {f"{name}.{key}" for name, value in sections.items() for key in vars(value)}
    for item in ITEMS:
        assert {f"settings.name.{item.key}", f"settings.what.{item.key}", f"settings.effect.{item.effect}"} <= set(catalogue())  # fmt: skip
        assert item.allows(value_of(Settings(), item.key))
        kind = type(value_of(Settings(), item.key))
        below = [] if item.least is None else [item.least if item.is_above else item.least - 1]
        wrong = below + ([] if item.most is None else [item.most + 1])
        for value in map(kind, wrong):
            with pytest.raises(SettingsError, match="out of range"):
                parse_settings(f"[{item.section}]\n{item.name} = {value}\n", where="x")
    fine = replace(Settings().alerts, fdr=1.0, lookback_days=731, scan_radius_m=300)
    assert parse_settings("[alerts]\nfdr = 1\nlookback_days = 731\nscan_radius_m = 300\n", where="x").alerts == fine


def test_every_setting_stands_in_the_docs_with_its_range(repo: Path) -> None:
    lines = (repo / "docs" / "settings.md").read_text(encoding="utf-8").splitlines()
    for item in ITEMS:
        told = [line for line in lines if line.startswith(f"| `{item.key}` |")]
        assert len(told) == 1
        assert item.allowed in told[0]
        assert f"| {catalogue()[f'settings.effect.{item.effect}']['en']} |" in told[0]


def test_change_when_it_dies_before_the_file_takes_its_place_then_the_next_look_says_that_it_does_not_hold(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = seen(desk)

    def die(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr("weisu.setting_files.os.replace", lambda source, target: die() if str(target).endswith(".toml") else Path(source).rename(target))  # fmt: skip
        with pytest.raises(SettingChangeError, match="cannot be written"):
            change_settings(desk, {"alerts.weekly_budget": 5}, seen=shown, told=told())
    assert desk.workspace.settings_file.read_text(encoding="utf-8") == TOML
    look(desk, SETTINGS_FILE, now=NOW + dt.timedelta(minutes=1))
    outside, made = list_changes(desk.engine)
    assert (outside.act, outside.before, outside.after) == ("outside", made.after, made.before)
    assert sorted(p.name for p in desk.workspace.root.iterdir()) == ["reference", "var", "weisu.toml"]
    change_settings(desk, {"alerts.weekly_budget": 5}, seen=seen(desk), told=told(minute=2))
    assert desk.workspace.settings().alerts.weekly_budget == 5
