"""The page Connect: upload, confirm, preview, save; nothing personal shown, nothing of the upload left behind."""

from __future__ import annotations

import datetime as dt
import stat
import tempfile
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.queries import connect as queries
from ingest.load import load_files
from weisu.settings import Workspace
from weisu.workspaces import create_workspace

PHONE = "13800138000"
HEADER = "编号,反映时间,办结时间,联系方式,内容,大类,备用\n"
ROWS = "".join(
    f"GD2026{i:04d},2026-03-{i % 27 + 1:02d} 08:05:00,2026-03-{i % 27 + 1:02d} 18:05:00,{PHONE},路灯不亮请回电{PHONE}第{i}次,市容,x{i % 3}\n"
    for i in range(40)
)
EXPORT = (HEADER + ROWS).encode("gb18030")


def script() -> None:
    from dashboards.shell import main

    main(only="connect")


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A new city: nothing loaded, nothing published."""
    made = create_workspace(tmp_path / "city")
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("WEISU_WORKSPACE", str(made.root))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return made


def open_page(lang: str = "zh") -> AppTest:
    at = AppTest.from_function(script, default_timeout=300)
    at.query_params["lang"] = lang
    return at.run()


def upload(at: AppTest, name: str = "导出.csv", data: bytes = EXPORT) -> AppTest:
    return at.file_uploader[0].upload(name, data).run()


def words(at: AppTest) -> str:
    """All that a reader sees."""
    tables = " ".join(frame.value.to_csv() for frame in at.dataframe)
    texts = " ".join(element.value for kind in (at.text, at.code) for element in kind)
    return " ".join([*(str(e.proto.body) for e in at.get("html")), texts, tables])


def field_of(at: AppTest, number: int):
    return next(box for box in at.selectbox if box.label.endswith(f": {number}"))


@pytest.mark.parametrize(("lang", "word"), [("zh", "尚未选择文件"), ("en", "No file chosen")])
def test_page_when_nothing_is_published_or_chosen_then_says_what_to_do(
    workspace: Workspace, lang: str, word: str
) -> None:
    at = open_page(lang)
    assert not at.exception
    assert word in words(at)


@pytest.mark.slow
def test_upload_when_confirmed_and_saved_then_the_profile_loads_the_file(workspace: Workspace, tmp_path: Path) -> None:
    at = upload(open_page())
    assert not at.exception
    shown = words(at)
    assert "7 列中已对上 6 列，可以保存" in shown
    assert "gb18030" in shown
    assert PHONE not in shown
    assert "〔电话〕" in shown
    assert field_of(at, 1).value == "ticket_id"
    assert (field_of(at, 2).value, field_of(at, 3).value) == ("created_at", "closed_at")
    at.button(key="connect.save").click().run()
    assert "weisu load 导出.csv --source 导出" in words(at).replace("'", "")
    assert list((tmp_path / "temporary").iterdir()) == []
    path = tmp_path / "again.csv"
    path.write_bytes(EXPORT)
    assert load_files(workspace, [path], "导出", now=dt.datetime(2026, 11, 1)).new == 40
    at.button(key="connect.clear").click().run()
    assert "尚未选择文件" in words(at)
    assert "GD2026" not in repr(at.session_state)


@pytest.mark.slow
def test_choices_when_impossible_then_one_line_and_no_save(workspace: Workspace) -> None:
    at = upload(open_page("en"))
    field_of(at, 3).set_value("created_at").run()
    assert "more than one column" in words(at)
    field_of(at, 3).set_value("").run()
    field_of(at, 2).set_value("").run()
    assert "Required and not found yet: Created" in words(at)
    assert not [b for b in at.button if b.key == "connect.save"]
    field_of(at, 2).set_value("created_at").run()
    next(box for box in at.selectbox if box.label == "Datum").set_value("EPSG").run()
    next(text for text in at.text_input if text.label == "EPSG code").set_value("99999").run()
    assert "no coordinate system has the code EPSG:99999" in words(at)
    assert "Traceback" not in words(at)
    assert not list(workspace.sources.glob("*.toml"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "data"), [("a.csv", b""), ("a.xlsx", b"PK\x03\x04nonsense"), ("a.csv", b"\x00" * 900)]
)
def test_upload_when_unreadable_then_one_line(workspace: Workspace, tmp_path: Path, name: str, data: bytes) -> None:
    at = upload(open_page("en"), name, data)
    assert not at.exception
    assert "This file cannot be read" in words(at)
    assert name in words(at)
    assert "temporary" not in words(at)
    assert list((tmp_path / "temporary").iterdir()) == []


SPLIT = "编号,反映日期,反映时间,内容\n" + "".join(
    f"GD2026{i:04d},2026-03-{i % 27 + 1:02d},{i % 24:02d}:05,路灯不亮第{i}次\n" for i in range(40)
)


@pytest.mark.slow
def test_date_and_time_when_in_two_columns_then_the_page_saves_them_as_one_instant(
    workspace: Workspace, tmp_path: Path
) -> None:
    at = upload(open_page(), data=SPLIT.encode())
    assert (field_of(at, 2).value, field_of(at, 3).value) == ("created_at", "created_at.time")
    assert "2026-03-02 01:05:00" in words(at)
    at.button(key="connect.save").click().run()
    assert '[times]\ncreated_at = "反映时间"' in (workspace.sources / "导出.toml").read_text(encoding="utf-8")


def test_private_copy_when_left_then_gone_and_only_mine_before(tmp_path: Path) -> None:
    with queries.private_copy("a.csv", b"secret") as path:
        modes = [stat.S_IMODE(p.stat().st_mode) for p in (path, path.parent)]
        assert path.read_bytes() == b"secret"
    assert modes == [0o600, 0o700]
    assert not path.parent.exists()


@pytest.mark.parametrize("name", ["../../etc/passwd", "..", "", "a\nb.csv", "x" * 500 + ".csv", "/abs.csv", "-o"])
def test_upload_when_its_name_is_odd_then_it_stays_in_its_folder(name: str) -> None:
    made = queries.Upload(name, b"1").file_name
    with queries.private_copy(made, b"1") as path:
        assert path.resolve().parent == path.parent.resolve()
        assert made.isprintable()


@pytest.mark.parametrize("name", ["", "a/b", "../x", "a b", "x.toml", "x" * 300])
def test_save_when_the_name_is_not_plain_then_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(queries.ConnectError):
        queries.save(Workspace(tmp_path), name, "x", may_replace=True)
    assert list(tmp_path.iterdir()) == []


def test_save_when_the_profile_exists_then_only_with_consent(tmp_path: Path) -> None:
    place = Workspace(tmp_path)
    queries.save(place, "city", "one", may_replace=False)
    with pytest.raises(queries.ConnectError, match="exists"):
        queries.save(place, "city", "two", may_replace=False)
    assert queries.save(place, "city", "two", may_replace=True).read_text() == "two"
    assert [p.name for p in place.sources.iterdir()] == ["city.toml"]


TWO_PARTS = "年度,序号,诉求时间,诉求内容,区县\n" + "".join(
    f"{2025 + i % 2},{i:04d},2026-03-{i % 27 + 1:02d} 08:{i:02d}:00,路灯不亮第{i}次,城东区\n" for i in range(40)
)
NO_ID = "诉求时间,诉求内容,区县,事发地址\n" + "".join(
    f"2026-03-{i % 27 + 1:02d} 08:{i:02d}:00,路灯不亮第{i}次,城东区,幸福路{i}号\n" for i in range(40)
)


def choice(at: AppTest, label: str):
    return next(box for box in at.selectbox if box.label == label)


@pytest.mark.slow
def test_number_when_in_two_columns_then_joined_as_chosen_and_the_profile_loads(
    workspace: Workspace, tmp_path: Path
) -> None:
    at = upload(open_page("en"), data=TWO_PARTS.encode())
    for number in range(1, 6):
        if field_of(at, number).value == "ticket_id":
            field_of(at, number).set_value("").run()
    assert "Required and not found yet: Ticket" in words(at)
    choice(at, "What tells tickets apart").set_value("joined").run()
    at.multiselect[0].set_value(["年度", "序号"]).run()
    assert not at.exception
    assert "ready to save" in words(at)
    assert "2025-0000" in words(at)
    at.button(key="connect.save").click().run()
    path = tmp_path / "again.csv"
    path.write_bytes(TWO_PARTS.encode())
    assert load_files(workspace, [path], "导出", now=dt.datetime(2026, 11, 1)).new == 40
    said = (workspace.sources / "导出.toml").read_text(encoding="utf-8")
    assert '[identity]\ncolumns = ["年度", "序号"]\nseparator = "-"' in said


@pytest.mark.slow
def test_number_when_the_export_has_none_then_shown_what_could_stand_for_it(workspace: Workspace) -> None:
    at = upload(open_page(), data=NO_ID.encode())
    assert "没有哪一列是工单编号" in words(at)
    assert not [b for b in at.button if b.key == "connect.save"]
    choice(at, "如何区分工单").set_value("derived").run()
    assert set(at.multiselect[0].value) >= {"诉求时间", "事发地址"}
    assert "导出没有工单编号：诉求时间" in words(at)  # what the preview remarks
    at.button(key="connect.save").click().run()
    assert "is_derived = true" in (workspace.sources / "导出.toml").read_text(encoding="utf-8")


@pytest.mark.slow
def test_reading_when_it_takes_its_time_then_the_page_says_what_it_does(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    real = queries.ask
    monkeypatch.setattr(queries, "ask", lambda *words, **more: asked.append(words) or real(*words, **more))
    at = upload(open_page("en"))
    assert [state.label for state in at.status] == ["Read", "Mapped"]
    assert asked[0][:2] == ("profile", "suggest")
    assert asked[0][-2:] == ("--workspace", str(workspace.root))  # the city's own clock and place
    at.run()
    assert not at.status
    assert len(asked) == 2
