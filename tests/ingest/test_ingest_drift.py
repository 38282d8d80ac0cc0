"""What changed since the last load is told: columns, codes, code lists, the profile."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import random
from pathlib import Path

import duckdb
import pytest

from ingest.drift import Drift
from ingest.errors import Refused
from ingest.load import load_files
from tests.sharing import long_but
from weisu.cli.outcome import drift_lines
from weisu.settings import Workspace

NOW = dt.datetime(2026, 11, 21, 12)
BASE = {"工单编号": "", "诉求时间": "2026-03-01 08:00:00", "一级分类": "市政", "二级分类": "路灯", "区县": "东区", "街道": "一街", "承办单位": "路灯所", "诉求来源": "电话"}  # fmt: skip


@pytest.fixture
def city(tmp_path: Path) -> Workspace:
    root = tmp_path / "city"
    (root / "reference").mkdir(parents=True)
    (root / "weisu.toml").write_text("", encoding="utf-8")
    return Workspace(root)


def drift(city: Workspace, start: int, rows: list[dict[str, str]], *, header: list[str] | None = None, later: int = 0) -> list[Drift]:  # fmt: skip
    """Load one export of new tickets and give what it told."""
    names = header or list(BASE)
    path = city.root / f"{start}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(BASE | row | {"工单编号": f"GD{start + i:06d}"} for i, row in enumerate(rows))
    done = load_files(city, [path], "hotline", now=NOW + dt.timedelta(hours=later), limit=1.0)
    found = list(done.files[0].drift)
    with duckdb.connect(str(city.ledger), read_only=True) as con:
        assert con.execute(
            "select kind, field, value, detail from raw.drift where load_id = (select load_id from raw.loads where file_label = ?)",
            [path.name],
        ).fetchall() == [(d.kind, d.field, d.value, d.detail) for d in found]
    return found


def test_the_first_load_and_a_like_one_tell_nothing(city: Workspace) -> None:
    assert drift(city, 0, [{}] * 3) == []
    assert drift(city, 10, [{}] * 3) == []


def test_new_missing_and_reordered_columns(city: Workspace) -> None:
    drift(city, 0, [{}] * 3)
    header = [n for n in reversed(BASE) if n != "承办单位"] + ["满意度", "备注"]
    assert drift(city, 10, [{"备注": "", "满意度": "满意"}] * 3, header=header) == [
        Drift("new_column", "satisfaction", "满意度"), Drift("new_column", None, "备注"),
        Drift("missing_column", "unit", "承办单位"), Drift("reordered_columns"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "values"), [("承办部门单位", ["甲", "乙"]), ("处置科室", ["路灯所", "路灯所"])], ids=["name", "values"]
)
def test_a_renamed_column_is_suspected_and_not_read(city: Workspace, name: str, values: list[str]) -> None:
    drift(city, 0, [{}] * 3)
    found = drift(city, 10, [{name: v} for v in values], header=[name if n == "承办单位" else n for n in BASE])
    assert Drift("perhaps_renamed_column", "unit", "承办单位", name) in found
    with duckdb.connect(str(city.ledger), read_only=True) as con:
        assert con.execute("select count(unit) from raw.ticket_versions where row_number <= 2").fetchall() == [(2,)]


def test_a_row_taken_for_a_header_tells_no_person(city: Workspace) -> None:
    drift(city, 0, [{}])
    found = drift(city, 10, [{}], header=[*BASE, "李小明 13912345678"])
    assert [d.value for d in found] == ["〔姓名〕 〔电话〕"]
    with duckdb.connect(str(city.ledger), read_only=True) as con:
        assert con.execute("select count(*) from raw.headers where name like '%李小明%' or name like '%139%'").fetchall() == [(0,)]  # fmt: skip


def test_new_codes_by_field_with_their_rows(city: Workspace) -> None:
    drift(city, 0, [{}] * 3)
    rows = [{"二级分类": "井盖"}, {"二级分类": "井盖"}, {"街道": "二街"}, {"承办单位": "城管局 13912345678"}, {}]
    assert drift(city, 10, rows) == [
        Drift("new_code", "area", "东区/二街", "1"), Drift("new_code", "category", "市政->井盖", "2"),
        Drift("new_code", "unit", "城管局 〔电话〕", "1"),
    ]  # fmt: skip
    assert drift(city, 20, rows) == []


def test_a_code_that_should_be_there_and_is_not(city: Workspace) -> None:
    drift(city, 0, [{"二级分类": "停水"}] * 30 + [{"二级分类": "井盖"}] * 2 + [{}] * 68)
    assert drift(city, 200, [{}] * 100, later=1) == [Drift("vanished_code", "category", "市政->停水", "30.0%")]
    assert drift(city, 400, [{}] * 100, later=2) == []


def test_a_few_rows_foretell_no_code(city: Workspace) -> None:
    drift(city, 0, [{"二级分类": "停水"}] * 3 + [{}] * 3)
    assert drift(city, 200, [{}] * 100, later=1) == []


def test_a_street_without_a_district_is_known_by_its_values(city: Workspace) -> None:
    bare = [n for n in BASE if n != "区县"]
    drift(city, 0, [{}] * 3, header=bare)
    renamed = [n for n in bare if n != "街道"] + ["属地"]
    found = drift(city, 10, [{"属地": "一街"}] * 3, header=renamed)
    assert Drift("perhaps_renamed_column", "street", "街道", "属地") in found


def test_the_citys_own_lists(city: Workspace) -> None:
    listed = city.reference / "categories.csv"
    listed.write_text("category_l1,category_l2,category_l3\n市政,路灯,不亮\n供水,,\n", encoding="utf-8")
    assert drift(city, 0, [{}, {"二级分类": "井盖"}, {"一级分类": "供水", "二级分类": "停水"}]) == [
        Drift("not_in_reference", "categories", "市政->井盖", "1")
    ]
    listed.write_text("category_l1,category_l2\n市政,路灯\n市政,井盖\n", encoding="utf-8")
    assert drift(city, 10, [{}]) == [
        Drift("reference_added", "categories", "市政->井盖"), Drift("reference_added", "categories", "市政->路灯"),
        Drift("reference_removed", "categories", "供水"), Drift("reference_removed", "categories", "市政->路灯->不亮"),
    ]  # fmt: skip
    listed.write_text("category_l1,colour\n市政,red\n", encoding="utf-8")
    assert [d.kind for d in drift(city, 20, [{}])] == ["reference_unreadable"]


def test_a_changed_profile_is_told(city: Workspace) -> None:
    drift(city, 0, [{}])
    city.sources.mkdir()
    bundled = Path(__file__).parents[2] / "ingest" / "sources" / "hotline.toml"
    (city.sources / "hotline.toml").write_text(bundled.read_text(encoding="utf-8").replace("工单标签", "标签组"), encoding="utf-8")  # fmt: skip
    assert [d.kind for d in drift(city, 10, [{}])] == ["profile_changed"]


def test_a_missing_required_column_names_what_it_may_be_called_now(city: Workspace) -> None:
    with pytest.raises(Refused, match="工单编码"):
        drift(city, 0, [{"工单编码": "GD1"}], header=["工单编码", *list(BASE)[1:]])


def changed_bytes(path: Path) -> Path:
    """The same rows in other bytes."""
    other = path.with_name(f"other-{path.name}")
    other.write_bytes(path.read_bytes().replace(b"\r\n", b"\n"))
    return other


def test_a_ledger_of_an_earlier_release_is_not_told_as_new(city: Workspace) -> None:
    drift(city, 0, [{}] * 3)
    with duckdb.connect(str(city.ledger)) as con:
        for table in ("codes", "headers", "drift", "reference_codes", "purges", "sightings", "superseded_versions"):
            con.execute(f"drop table raw.{table} cascade")
        con.execute("drop view raw.version_history")
        con.execute("update raw.ticket_versions set version_hash = md5(version_hash)")
    assert load_files(city, [changed_bytes(city.root / "0.csv")], "hotline", now=NOW).unchanged == 3
    assert drift(city, 10, [{"二级分类": "井盖"}]) == [Drift("new_code", "category", "市政->井盖", "1")]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_lines_that_a_person_reads(lang: str) -> None:
    found = [Drift("new_code", "unit", f"单位{i}", "1") for i in range(7)] + [Drift("reordered_columns")]
    lines = drift_lines(found, lang)
    assert len(lines) == 2
    assert "单位0, 单位1, 单位2, 单位3, 单位4 …" in lines[0]
    assert "7" in lines[0]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_new_column_that_is_read_is_told_apart(lang: str) -> None:
    found = [Drift("new_column", "unit", "承办单位"), Drift("new_column", None, "备注")]
    read, unread = drift_lines(found, lang)
    assert "承办单位" in read
    assert "备注" not in read
    assert "备注" in unread


def test_a_column_that_is_read_is_no_suspect(city: Workspace) -> None:
    """The old name of a column and the new one, both known to the profile."""
    drift(city, 0, [{"责任单位X": "路灯所"}] * 3, header=[*(n for n in BASE if n != "承办单位"), "承办单位X"])
    found = drift(city, 10, [{}] * 3)
    assert [d.kind for d in found] == ["new_column", "missing_column"]
    assert found[0].field == "unit"


PARTIAL = [n for n in BASE if n != "承办单位"]


def test_a_missing_column_is_no_changed_value(city: Workspace) -> None:
    drift(city, 0, [{}] * 3)
    path = city.root / "partial.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*PARTIAL, "办结时间"], extrasaction="ignore", restval="")
        writer.writeheader()
        writer.writerows(BASE | {"工单编号": f"GD{i:06d}"} for i in range(2))
        writer.writerow(BASE | {"工单编号": "GD000002", "办结时间": "2026-03-02 08:00:00"})
        writer.writerow(BASE | {"工单编号": "GD000009"})
    done = load_files(city, [path], "hotline", now=NOW, limit=1.0)
    assert done.as_dict() == {"read": 4, "new": 1, "new_version": 1, "unchanged": 2, "quarantined": 0, "flagged": 0}
    with duckdb.connect(str(city.ledger), read_only=True) as con:
        assert con.execute("select ticket_id, unit from raw.current_tickets order by 1").fetchall() == [
            ("GD000000", "路灯所"), ("GD000001", "路灯所"), ("GD000002", None), ("GD000009", None),
        ]  # fmt: skip


@pytest.mark.parametrize("is_full_first", [True, False])
@pytest.mark.parametrize("names", [("a", "b"), ("20260310", "20260311"), ("20260311", "20260310")])
def test_a_file_that_tells_less_hides_nothing_in_any_order(
    city: Workspace, names: tuple[str, str], is_full_first: bool
) -> None:
    files = []
    for name, header in zip(names, (list(BASE), PARTIAL), strict=True):
        path = city.root / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(BASE | {"工单编号": f"GD{i:06d}"} for i in range(5))
        files.append(path)
    load_files(city, files if is_full_first else files[::-1], "hotline", now=NOW, limit=1.0)
    with duckdb.connect(str(city.ledger), read_only=True) as con:
        assert con.execute("select count(*), count(unit) from raw.current_tickets").fetchall() == [(5, 5)]


STATED = [*BASE, "工单状态", "办结时间", "办结时限"]


def load_stated(city: Workspace, name: str, header: list[str], row: dict[str, str]) -> tuple[int, int]:
    """Load one ticket from an export with these columns: rows that were a new version, rows unchanged."""
    path = city.root / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, extrasaction="ignore", restval="")
        writer.writeheader()
        writer.writerow(BASE | {"工单编号": "GD000001"} | row)
    done = load_files(city, [path], "hotline", now=NOW, limit=1.0)
    return done.new_version, done.unchanged


@pytest.mark.parametrize(
    ("lacking", "before", "after", "state"),
    [
        ("办结时间", {"工单状态": "处理中"}, {"工单状态": "已办结"}, "closed"),  # an end without its time is an end
        ("办结时间", {"工单状态": "已办结", "办结时间": "2026-03-02 09:00:00"}, {"工单状态": "处理中"}, "open"),
        ("办结时限", {"工单状态": "处理中"}, {"工单状态": "作废"}, "void"),
    ],
)
@pytest.mark.parametrize("is_full_first", [True, False])
def test_a_status_is_news_though_the_file_lacks_a_clock(
    city: Workspace, lacking: str, before: dict[str, str], after: dict[str, str], state: str, is_full_first: bool
) -> None:
    files = [("20260310", STATED, before), ("20260320", [n for n in STATED if n != lacking], after)]
    for name, header, row in files if is_full_first else files[::-1]:
        assert load_stated(city, name, header, row)[1] == 0
    with duckdb.connect(str(city.ledger), read_only=True) as con:
        assert con.execute("select status from raw.current_tickets").fetchall() == [(state,)]


def test_a_status_nobody_knows_is_no_news_where_the_end_is_not_told(city: Workspace) -> None:
    load_stated(city, "20260310", STATED, {"工单状态": "甲乙丙", "办结时间": "2026-03-02 09:00:00"})
    poorer = [n for n in STATED if n != "办结时间"]
    assert load_stated(city, "20260320", poorer, {"工单状态": "甲乙丙"}) == (0, 1)


def test_a_partial_file_exported_again_with_the_same_bytes_hides_nothing(city: Workspace) -> None:
    poorer = [n for n in BASE if n != "承办单位"]
    load_stated(city, "20260310", list(BASE), {})
    assert load_stated(city, "20260311", poorer, {}) == (0, 1)
    assert load_stated(city, "20260312", poorer, {}) == (0, 1)


def test_a_poor_file_shows_the_state_that_was_true_last(city: Workspace) -> None:
    """The files before it have other columns each; the oldest state says the same, too."""
    load_stated(city, "20260310", STATED, {"工单状态": "处理中", "办结时限": "2026-03-20 00:00:00"})
    load_stated(city, "20260311", STATED[:-1], {"工单状态": "已办结", "办结时间": "2026-03-02 09:00:00"})
    assert load_stated(city, "20260312", list(BASE), {}) == (0, 1)
    with duckdb.connect(str(city.ledger), read_only=True) as con:
        assert con.execute("select status from raw.current_tickets").fetchall() == [("closed",)]


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (2, 0, 1), (1, 2, 0)])
def test_a_poor_file_shows_the_state_of_its_day_though_it_is_known_later(
    city: Workspace, order: tuple[int, ...]
) -> None:
    """Two full states that differ only where the poor file is silent: it showed the one before it, not the first to be loaded."""
    limits = ({"办结时限": "2026-03-20 00:00:00"}, {"办结时限": "2026-03-25 00:00:00"}, {})
    poorer = [n for n in STATED if n != "办结时限"]
    for number in order:
        load_stated(city, f"2026031{number}", STATED if number < 2 else poorer, {"工单状态": "处理中"} | limits[number])
    with duckdb.connect(str(city.ledger), read_only=True) as con:
        found = con.execute("select due_on::varchar, exported_at::date::varchar from raw.current_tickets").fetchall()
        assert found == [("2026-03-25", "2026-03-12")]
        assert con.execute("select count(*) from raw.known_versions").fetchone() == (2,)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_point_out_of_the_city_stays_out_whatever_the_size_of_the_file(city: Workspace, order: tuple[int, int]) -> None:  # fmt: skip
    names = [*BASE, "经度", "纬度"]
    inside = [BASE | {"工单编号": f"GD{i:06d}", "经度": f"{118.3 + i / 1000:.4f}", "纬度": "31.3"} for i in range(100)]
    far = BASE | {"工单编号": "GD999999", "经度": "104.06", "纬度": "30.67"}
    files = []
    for number, rows in enumerate(([*inside, far], [far, *inside[:3]])):
        path = city.root / f"points-{number}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows(rows)
        files.append(path)
    done = [load_files(city, [files[n]], "hotline", now=NOW, limit=1.0) for n in order]
    with duckdb.connect(str(city.ledger), read_only=True) as con:
        assert con.execute("select lat, flags from raw.current_tickets where ticket_id = 'GD999999'").fetchall() == [(None, ["out_of_city"])]  # fmt: skip
    assert order == (1, 0) or done[1].as_dict()["unchanged"] == 4


def far_points(city: Workspace, name: str, count: int, **row: str) -> Path:
    """An export of `count` tickets inside the city, the first with these values."""
    path = city.root / f"{name}.csv"
    rows = [BASE | {"工单编号": f"GD{i:06d}", "经度": f"{118.3 + i / 1000:.4f}", "纬度": "31.3"} for i in range(count)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*BASE, "经度", "纬度", "办结时间"], restval="")
        writer.writeheader()
        writer.writerows([rows[0] | FAR | row, *rows[1:]])
    return path


FAR = {"经度": "104.06", "纬度": "30.67"}


ORDERS = list(itertools.permutations(range(4)))


@pytest.mark.parametrize("order", long_but(ORDERS, *ORDERS[1::5]))
def test_a_small_file_shows_the_state_whose_point_a_larger_one_found_out_of_the_city(city: Workspace, order: tuple[int, ...]) -> None:  # fmt: skip
    files = [
        far_points(city, "20260310", 30),
        far_points(city, "20260320", 30, 办结时间="2026-03-02 09:00:00"),
        far_points(city, "20260330", 3),  # open again, as on the 10th
        far_points(city, "20260331", 4),
    ]
    load_files(city, [files[n] for n in order], "hotline", now=NOW, limit=1.0)
    with duckdb.connect(str(city.ledger), read_only=True) as con:
        assert con.execute("select closed_at, lat, flags from raw.current_tickets where ticket_id = 'GD000000'").fetchall() == [(None, None, ["out_of_city"])]  # fmt: skip


@pytest.mark.parametrize("is_corrected_first", [True, False])
@pytest.mark.parametrize("count", [30, 3])
def test_a_corrected_point_is_news(city: Workspace, count: int, is_corrected_first: bool) -> None:
    files = [far_points(city, "20260310", 30), far_points(city, "20260320", count, 经度="118.31", 纬度="31.31")]
    load_files(city, files[::-1] if is_corrected_first else files, "hotline", now=NOW, limit=1.0)
    with duckdb.connect(str(city.ledger), read_only=True) as con:
        assert con.execute("select lat, flags from raw.current_tickets where ticket_id = 'GD000000'").fetchall() == [(31.31, [])]  # fmt: skip


def states(folder: Path, number: int, rnd: random.Random) -> list[dict[str, str]]:
    """Thirty tickets at one moment: opened, closed and reopened at random; a unit is named once and for all."""
    closed = [rnd.choice(["", "2026-03-02 09:00:00"]) for _ in range(30)]
    return [
        BASE | {"工单编号": f"GD{i:06d}", "办结时间": at, "承办单位": f"单位{i % 4}"} for i, at in enumerate(closed)
    ]


@pytest.mark.slow
def test_full_and_partial_exports_give_one_current_state_in_any_order(tmp_path: Path) -> None:
    rnd, files = random.Random(3), []
    for number, header in enumerate((list(BASE), PARTIAL, PARTIAL, list(BASE), PARTIAL)):
        path = tmp_path / f"2026030{number + 1}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [*header, "办结时间"], extrasaction="ignore")
            writer.writeheader()
            writer.writerows(states(tmp_path, number, rnd))
        files.append(path)
    seen = []
    for place in range(6):
        city = Workspace(tmp_path / str(place))
        city.root.mkdir()
        city.settings_file.write_text("", encoding="utf-8")
        for path in files if place == 0 else rnd.sample(files, len(files)):
            load_files(city, [path], "hotline", now=NOW, limit=1.0)
        with duckdb.connect(str(city.ledger), read_only=True) as con:
            assert con.execute("select bool_and(rows_new + rows_new_version = (select count(*) from raw.ticket_versions v where v.load_id = l.load_id)) from raw.loads l").fetchone() == (True,)  # fmt: skip
            seen.append(con.execute("select ticket_id, version_hash, exported_at, unit from raw.current_tickets order by 1").fetchall())  # fmt: skip
    assert sum(unit is not None for *_, unit in seen[0]) > 20  # null only where no full export told the state
    assert all(other == seen[0] for other in seen)
