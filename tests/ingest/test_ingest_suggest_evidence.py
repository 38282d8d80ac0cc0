"""What a suggestion takes from names and values: decoys, order of dates, blanks, datum, paths, points in one cell."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from ingest.clocks import prove_order, read_clocks
from ingest.headers import name_scores
from ingest.load import load_files
from ingest.preview import preview_file
from ingest.profiles import parse_profile
from ingest.proposal import profile_toml
from ingest.suggest import Suggestion, suggest_profile
from ingest.vocabulary import status_words
from tests.fixtures_portals import layouts, write_export
from weisu.settings import Workspace

CLOCK_FIELDS = {"created_at", "closed_at", "due_at", "updated_at", "received_at", "dispatched_at", "contacted_at"}
NAMES = {
    "created_at": ["建单时间", "登记日期", "来访时间", "提问时间", "报修时间", "接报时间", "案发时间", "进件时间", "诉求提交时间", "首次受理时间", "CJSJ",
                   "Request Date", "Date Opened", "Entry Date", "Date of Call", "Start Time", "Initiated Date", "CreationDateTime",
                   "create_dt", "Case Open Date", "Requested", "reportedOn", "Ticket Opened Date & Time", "DateTimeOpened", "Date"],
    "closed_at": ["办结日期", "完成日期", "处置完成时间", "回单时间", "销号时间", "解决时间", "归档日期", "实际办结时间", "部门办结时间", "回复日期", "BJSJ",
                  "Close Time", "Date Complete", "Actual Completion Date", "Resolved Date", "Finish Date", "fix_date", "resolved_at",
                  "Abatement Date", "Service Request Close Date", "DATE_TIME_CLOSED", "Completed"],
    "due_at": ["办理截止时间", "应办结时间", "要求完成时间", "最迟办结时间", "限办时间", "Due", "SLA Date", "Target Completion Date",
               "Expected Completion", "Scheduled Close Date", "Anticipated Completion", "estimated_close_date"],
    "updated_at": ["更新时间", "最后修改时间", "最新处理时间", "Last Updated", "LastUpdateDate", "Status Date", "Edit Date",
                   "Resolution Action Updated Date", "Last Status Change"],
}  # fmt: skip
TICKET_NAMES = ["工单号", "受理单号", "案件号", "诉求编号", "信访件编号", "业务流水号", "12345工单编号", "案卷号", "GDBH", "Ticket #", "Case No", "SR ID",
                "Service Request #", "Req #", "Ref No", "Issue ID", "Complaint Number", "WorkOrderId", "Tracking Number", "CASENUM",
                "热线单号，热线系统原生单号，如“12345-001”", "工单编号（必填）"]  # fmt: skip
DECOYS = ["序号", "证件号码", "车牌号", "房间号", "合同编号", "工号", "统一社会信用代码", "父工单编号", "关联工单编号", "联系电话", "部门编号", "网格编号", "Parent SR Number", "Duplicate Of Case ID", "LEGACY_SR_NUMBER",
          "Zip Code", "Phone Number", "Council District", "External Reference Number"]  # fmt: skip


@pytest.mark.parametrize(("field", "name"), [(field, name) for field, names in NAMES.items() for name in names])
def test_clock_when_named_in_any_usual_way_then_its_field_leads(field: str, name: str) -> None:
    clocks = {f: s for f, s in name_scores(name).items() if f in CLOCK_FIELDS}
    assert max(clocks, key=lambda f: clocks[f]) == field, clocks


@pytest.mark.parametrize("name", TICKET_NAMES)
def test_ticket_number_when_named_in_any_usual_way_then_it_scores(name: str) -> None:
    assert name_scores(name)["ticket_id"] >= 0.5


@pytest.mark.parametrize("name", DECOYS)
def test_other_number_when_named_as_such_then_never_the_ticket(name: str) -> None:
    assert "ticket_id" not in name_scores(name)


def suggested(folder: Path, lines: str, *, rows: int = 120) -> Suggestion:
    (layout,) = layouts({"made": lines})
    return suggest_profile(write_export(layout, folder, rows=rows), "made")


def fields(suggestion: Suggestion) -> dict[str, str]:
    return {g.field: g.header for g in suggestion.guesses if g.field}


def test_decoys_when_beside_the_real_columns_then_they_lose(tmp_path: Path) -> None:
    found = fields(suggested(tmp_path, """
        OBJECTID | id:{n}
        Updated | updated:mdy12
        Parent Case Number | maybe_id
        Case Number | id:C-{n}
        Opened | created:mdy12
        Due | due:mdy12
        Last Modified | updated:mdy12
        Closed | closed:mdy12
        X | x
        Y | y
        Type | type
    """))  # fmt: skip
    vital = {field: found.get(field) for field in ("ticket_id", "created_at", "closed_at", "due_at", "lat", "lon")}
    assert vital == {"ticket_id": "Case Number", "created_at": "Opened", "closed_at": "Closed", "due_at": "Due", "lat": None, "lon": None}  # fmt: skip


def test_projected_columns_when_alone_then_named_in_a_comment(tmp_path: Path) -> None:
    text = profile_toml(suggested(tmp_path, "Case Number | id:C-{n}\nOpened | created:iso\nX Coord | x\nY Coord | y"))
    assert '# lon = "X Coord"' in text
    assert "EPSG:nnnn" in text
    assert "lon" not in parse_profile(text.encode(), "x").columns


def test_epoch_milliseconds_when_named_a_date_then_the_clock(tmp_path: Path) -> None:
    found = fields(suggested(tmp_path, "CASEID | id:{n}\nOPENEDDATETIME | created:ms\nCLOSEDDATETIME | closed:ms"))
    assert (found["created_at"], found["closed_at"]) == ("OPENEDDATETIME", "CLOSEDDATETIME")


def test_nothing_unique_when_no_column_can_be_the_number_then_left_open_and_said(tmp_path: Path) -> None:
    made = suggested(tmp_path, "Creation Date | created:iso\nWard | ward\nType | type\nStatus | status")
    assert made.missing == ("ticket_id",)
    assert "REQUIRED" in profile_toml(made)


def test_first_clock_when_unnamed_then_taken_by_its_values(tmp_path: Path) -> None:
    found = fields(
        suggested(tmp_path, "Ticket | id:T{n}\nEvent A | dispatched:iso\nEvent B | created:iso\nType | type")
    )
    assert found["created_at"] == "Event B"


def series(*values: str) -> pl.Series:
    return pl.Series(values, dtype=pl.String)


@pytest.mark.parametrize(
    ("columns", "order", "proof"),
    [
        ({"created_at": series("2026-03-01")}, "ymd", "year_first"),
        ({"created_at": series("03/13/2026", "03/01/2026")}, "mdy", "values"),
        ({"created_at": series("13/03/2026", "01/03/2026")}, "dmy", "values"),
        ({"created_at": series("01/03/2026"), "closed_at": series("14/03/2026")}, "dmy", "values"),
        ({"created_at": series("01/03/2026", "02/03/2026")}, "mdy", "assumed"),
        ({"created_at": series("13/03/2026"), "closed_at": series("03/14/2026")}, "mdy", "conflict"),
    ],
)
def test_order_of_day_and_month_when_not_proved_then_said(columns: dict, order: str, proof: str) -> None:
    found = prove_order(columns)
    assert found[1] == proof
    assert proof == "conflict" or found[0] == order


def test_order_when_no_day_is_above_twelve_then_proved_by_tickets_that_would_end_before_they_began() -> None:
    pairs = [(f"{d:02d}/{m:02d}/2026", f"{d + 2:02d}/{m:02d}/2026") for m in range(1, 11) for d in range(1, 11)]
    pairs += [(f"{d:02d}/{m:02d}/2026", f"01/{m + 1:02d}/2026") for m in range(1, 11) for d in range(5, 11)]
    created, closed = (series(*column) for column in zip(*pairs, strict=True))
    assert prove_order({"created_at": created, "closed_at": closed}) == ("dmy", "sequence")


def test_blank_dates_when_frequent_then_null_words() -> None:
    closed = series(*["2026-03-01 08:00:00"] * 20, *["1900-01-01 00:00:00"] * 20)
    assert read_clocks({"closed_at": closed}).blanks == ("1900-01-01 00:00:00",)


@pytest.mark.parametrize(
    ("lat", "lon", "datum", "reason"),
    [("百度纬度", "百度经度", "bd09", "hinted"), ("纬度(GCJ02)", "经度(GCJ02)", "gcj02", "named"), ("gd_lat", "gd_lng", "gcj02", "hinted"),
     ("纬度", "经度", "wgs84", "assumed_china")],
)  # fmt: skip
def test_datum_when_a_header_hints_then_taken_else_said_to_be_assumed(
    tmp_path: Path, lat: str, lon: str, datum: str, reason: str
) -> None:
    made = suggested(tmp_path, f"工单编号 | id:{{n}}\n受理时间 | created:ymd\n{lon} | zlon\n{lat} | zlat")
    assert (made.datum.name, made.datum.reason) == (datum, reason)
    assert ("ASSUMED" in profile_toml(made).split("datum = ")[1].split("\n")[0]) == (reason == "assumed_china")


def workspace(folder: Path, made: Suggestion) -> Workspace:
    (folder / "weisu.toml").write_text("", encoding="utf-8")
    (folder / "sources").mkdir()
    (folder / "sources" / "made.toml").write_text(profile_toml(made), encoding="utf-8")
    return Workspace(folder)


def test_points_in_one_cell_when_there_are_no_columns_then_taken_apart(tmp_path: Path) -> None:
    made = suggested(tmp_path, "Case Number | id:C-{n}\nOpened | created:iso\nLat_Long Location | point\nType | type")
    profile = parse_profile(profile_toml(made).encode(), "x")
    seen = preview_file(tmp_path / "made.csv", profile, zone="UTC", now=dt.datetime(2026, 1, 1), shown=3)
    assert all(40 < row["lat"] < 41 and -75 < row["lon"] < -73 for row in seen.rows)


def test_wkt_points_when_alone_then_longitude_first(tmp_path: Path) -> None:
    made = suggested(tmp_path, "Case Number | id:C-{n}\nOpened | created:iso\nthe_geom | wkt\nType | type")
    profile = parse_profile(profile_toml(made).encode(), "x")
    seen = preview_file(tmp_path / "made.csv", profile, zone="UTC", now=dt.datetime(2026, 1, 1), shown=3)
    assert all(40 < row["lat"] < 41 and -75 < row["lon"] < -73 for row in seen.rows)


def test_suggested_profile_when_used_as_it_is_then_every_row_loads(tmp_path: Path) -> None:
    made = suggested(tmp_path, """
        信访编号 | id:{n}
        信访日期 | created:unpadded
        内容分类 | path
        办理状态 | const:办理中（超期）
        联系电话 | mobile
        内容 | text
        结案日期 | closed:unpadded
        备注 | const:暂无
    """)  # fmt: skip
    place = workspace(tmp_path, made)
    assert made.by_field.keys() >= {"category_path", "status"}
    assert 'separator = "->"' in profile_toml(made)
    assert '"办理中（超期）" = "open"' in profile_toml(made)
    assert load_files(place, [tmp_path / "made.csv"], "made", now=dt.datetime(2026, 1, 1)).new == 120


def test_samples_when_a_column_is_about_a_person_then_hidden(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("工单编号,受理时间,来电人,联系电话,家庭住址,内容\n" + "".join(
        f"A{i},2026-03-01,张三丰,1380013{i:04d},幸福里3号楼2单元501室,来电人张三丰电话1380013{i:04d}反映路灯不亮\n" for i in range(30)
    ), encoding="utf-8")  # fmt: skip
    text = profile_toml(suggest_profile(path, "a"))
    assert "1380013" not in text
    assert "张三丰" not in text
    assert "501" not in text


def test_preview_when_rows_are_bad_then_reasons_and_nothing_personal(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("工单编号,受理时间,联系电话,内容\nA1,2026-03-01,13800138000,请回电13800138000\nA2,昨天,13800138000,x\n,2026-03-01,,y\n", encoding="utf-8")  # fmt: skip
    toml = "name='a'\n[columns]\nticket_id='工单编号'\ncreated_at='受理时间'\nperson_phone='联系电话'\ntext='内容'"
    profile = parse_profile(toml.encode(), "x")
    made = preview_file(path, profile, zone="Asia/Shanghai", now=dt.datetime(2026, 6, 1))
    assert (made.judged, made.quarantined, made.is_whole) == (3, {"bad_date": 1, "missing_id": 1}, True)
    assert (made.rows[0]["created_at"], made.rows[0]["status"]) == ("2026-03-01 00:00:00", "open")
    assert "13800138000" not in str(made)


@pytest.mark.parametrize(("first_hour", "is_said"), [(8, False), (0, True), (16, True)])
def test_zone_when_the_quiet_hours_are_by_day_then_said(tmp_path: Path, first_hour: int, is_said: bool) -> None:
    path = tmp_path / "a.csv"
    day = [
        f"T{d}-{i},2026-03-{d:02d} {(first_hour + i) % 24:02d}:1{i % 9}:00\n" for d in range(1, 29) for i in range(14)
    ]
    path.write_text("Case Number,Opened\n" + "".join(day), encoding="utf-8")
    assert ("quiet hours" in profile_toml(suggest_profile(path, "a"))) == is_said


def test_latitudes_in_the_column_of_longitudes_when_seen_then_said(tmp_path: Path) -> None:
    made = suggested(tmp_path, "Case Number | id:C-{n}\nOpened | created:iso\nLatitude | lon\nLongitude | lat")
    assert made.datum.is_swapped
    assert made.datum.middle == pytest.approx((40.7, -74.0), abs=0.1)


def test_words_when_they_stand_for_no_end_yet_then_blank_and_the_column_is_found(tmp_path: Path) -> None:
    path = tmp_path / "made.csv"
    rows = "".join(
        f"T{i},2026-03-01 0{i % 9}:00:00,{'未办结' if i % 2 else '2026-03-02 08:00:00'},办理中\n" for i in range(60)
    )
    path.write_text("工单编号,受理时间,办结时间,当前阶段\n" + rows, encoding="utf-8")
    made = suggest_profile(path, "made")
    assert fields(made)["closed_at"] == "办结时间"
    loaded = load_files(workspace(tmp_path, made), [path], "made", now=dt.datetime(2026, 6, 1))
    assert (loaded.new, loaded.flagged) == (60, 0)


@pytest.mark.parametrize(
    ("word", "state"),
    [("已办结待审核", "closed"), ("待回访", "open"), ("Closed - Duplicate", "merged"), ("Reopened", "open"), ("Not Started", "open"),
     ("Canceled by caller", "void"), ("处置完毕已结案", "closed"), ("甲乙丙", None)],
)  # fmt: skip
def test_status_word_when_unknown_then_told_by_what_it_contains(word: str, state: str | None) -> None:
    assert status_words(series(word)).get(word) == state
