"""`weisu simulate`: same seed same bytes, what is planted is there, nothing is real."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from weisu.settings import Workspace
from weisu.simulation.catalogue import load_catalogue
from weisu.simulation.config import Layout, SimulationConfig, SimulationError
from weisu.simulation.exports import CORE_HEADERS, HEADERS
from weisu.simulation.people import identity_numbers, phones
from weisu.simulation.run import simulate
from weisu.workspaces import create_workspace, install_reference

CLASSES = {
    "common",
    "seasonal",
    "similar_places",
    "lead_lag",
    "key_area",
    "sudden_event",
    "emerging",
    "historic",
    "policy",
}
SMALL = SimulationConfig(tickets=12_000, seed=7)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One simulated city for all tests of this file."""
    return simulate(SMALL, tmp_path_factory.mktemp("simulated") / "city").folder


@pytest.fixture(scope="module")
def tickets(folder: Path) -> pl.DataFrame:
    """All its tickets, all text."""
    return pl.concat([pl.read_csv(path, infer_schema=False) for path in sorted((folder / "exports").glob("*.csv"))])


@pytest.fixture(scope="module")
def truth(folder: Path) -> pl.DataFrame:
    """Its planted events."""
    return pl.read_csv(folder / "truth.csv", schema_overrides={"class": pl.String})


def test_simulate_when_same_seed_then_same_bytes_and_another_seed_differs(folder: Path, tmp_path: Path) -> None:
    again = simulate(SMALL, tmp_path / "again").folder
    files = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    assert all((folder / name).read_bytes() == (again / name).read_bytes() for name in files)
    other = simulate(SimulationConfig(tickets=12_000, seed=8), tmp_path / "other").folder
    assert (other / "truth.csv").read_bytes() != (folder / "truth.csv").read_bytes()


def test_simulate_when_counted_then_about_as_many_as_asked_with_unique_text_ids(tickets: pl.DataFrame) -> None:
    assert tickets.columns == list(HEADERS)
    assert 0.93 < tickets.height / SMALL.tickets < 1.07
    assert tickets["工单编号"].n_unique() == tickets.height
    assert tickets["工单编号"].str.len_chars().unique().to_list() == [15]


def test_simulate_when_core_layout_then_one_file_of_20_columns_with_the_same_tickets(
    tickets: pl.DataFrame, tmp_path: Path
) -> None:
    made = simulate(replace(SMALL, layout=Layout.CORE), tmp_path / "core")
    assert [path.name for path in made.exports] == ["hotline.csv"]
    raw = made.exports[0].read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\xef\xbb\xbf") == 1
    core = pl.read_csv(made.exports[0], infer_schema=False)
    assert tuple(core.columns) == CORE_HEADERS
    assert len(CORE_HEADERS) == 20
    same = [name for name in CORE_HEADERS if name != "诉求内容"]
    assert core.select(same).equals(tickets.select(same))
    assert core["诉求内容"].n_unique() > 0.95 * core.height
    assert 1.25e9 < len(raw) / core.height * 3e6 < 1.55e9  # 3 million tickets: the bench's 1.4 GB


def test_simulate_when_clocks_then_in_order_and_none_after_the_end(tickets: pl.DataFrame) -> None:
    names = ["诉求时间", "派单时间", "联系时间", "办结时间"]
    times = tickets.select(pl.col(names).str.to_datetime())
    assert times.select(pl.max_horizontal(names)).to_series().max() < dt.datetime(2026, 7, 1)
    for before, after in (
        ("诉求时间", "派单时间"),
        ("派单时间", "联系时间"),
        ("派单时间", "办结时间"),
        ("联系时间", "办结时间"),
    ):
        assert (times[after] >= times[before]).drop_nulls().all()
    open_share = 1 - tickets.filter(pl.col("工单状态") == "已办结").height / tickets.height
    assert 0.02 < open_share < 0.15
    assert (
        tickets.filter(pl.col("工单状态") != "已办结")["办结时间"].null_count()
        == tickets.filter(pl.col("工单状态") != "已办结").height
    )


def test_truth_when_default_period_then_every_class_and_kind_is_planted(truth: pl.DataFrame) -> None:
    assert set(truth["class"].drop_nulls()) - {""} == CLASSES
    assert set(truth["kind"]) == {"event", "artefact", "silence"}


def test_truth_tickets_when_joined_then_counts_and_days_agree(
    folder: Path, tickets: pl.DataFrame, truth: pl.DataFrame
) -> None:
    links = pl.read_csv(folder / "truth_tickets.csv", infer_schema=False)
    found = links.join(tickets, left_on="ticket_id", right_on="工单编号").with_columns(
        pl.col("诉求时间").str.slice(0, 10).alias("day")
    )
    assert found.height == links.height == links["ticket_id"].n_unique()
    counted = truth.join(
        found.group_by("event_id").agg(pl.len(), pl.col("day").min().alias("low"), pl.col("day").max().alias("high")),
        on="event_id",
    )
    assert (counted["tickets"] == counted["len"]).all()
    assert ((counted["low"] >= counted["start_on"]) & (counted["high"] <= counted["end_on"])).all()


def test_batch_artefact_when_looked_at_then_187_tickets_in_49_minutes_by_one_channel(
    folder: Path, tickets: pl.DataFrame
) -> None:
    links = pl.read_csv(folder / "truth_tickets.csv", infer_schema=False).filter(pl.col("event_id") == "artefact-01")
    batch = links.join(tickets, left_on="ticket_id", right_on="工单编号").with_columns(
        pl.col("诉求时间").str.to_datetime()
    )
    assert batch.height == 187
    assert batch["诉求来源"].unique().to_list() == ["网格上报"]
    assert dt.timedelta(minutes=48) < batch["诉求时间"].max() - batch["诉求时间"].min() <= dt.timedelta(minutes=49)


def test_quiet_street_when_compared_then_tickets_fall_to_about_a_quarter(
    tickets: pl.DataFrame, truth: pl.DataFrame
) -> None:
    silence = truth.filter(pl.col("kind") == "silence").row(0, named=True)
    street = silence["area"].split("/")[1]
    day, is_there = pl.col("诉求时间").str.slice(0, 10), pl.col("街道") == street
    share = tickets.select(
        before=(is_there & (day < silence["start_on"])).sum() / (day < silence["start_on"]).sum(),
        after=(is_there & (day >= silence["start_on"])).sum() / (day >= silence["start_on"]).sum(),
    ).row(0)
    assert share[1] < 0.6 * share[0]


def test_repeats_when_looked_at_then_parent_is_an_earlier_ticket(tickets: pl.DataFrame) -> None:
    later = tickets.filter(pl.col("关联工单").is_not_null())
    joined = later.join(
        tickets.select("工单编号", pl.col("诉求时间").alias("parent_at")), left_on="关联工单", right_on="工单编号"
    )
    assert joined.height == later.height > 0.03 * tickets.height
    assert (joined["parent_at"] < joined["诉求时间"]).all()
    assert later.filter(pl.col("诉求标题").str.starts_with("再次反映")).height > 0


def test_personal_data_when_looked_at_then_numbers_are_of_unassigned_series(tickets: pl.DataFrame) -> None:
    text = "\n".join(tickets["诉求内容"].to_list()) + "\n".join(tickets["答复内容"].drop_nulls().to_list())
    assert set(re.findall(r"(?<!\d)1[3-9]\d(?=\d{8}(?!\d))", text)) == {"154"}
    assert set(re.findall(r"(?<!\d)\d{6}(?=\d{11}[\dX])", text)) == {"990001"}
    assert set(re.findall(r"皖[A-Z]", text)) == {"皖U"}


def test_phones_when_many_persons_then_no_number_twice() -> None:
    person = pl.Series(
        [*range(0, 2_000_000, 7), *range(50_000_000, 50_100_000), *range(90_000_000, 90_000_010)]
    ).to_numpy()
    assert phones(person).n_unique() == len(person)
    assert len(identity_numbers(person[:2])[0]) == 18


def test_reference_when_installed_then_names_match_the_tickets(
    folder: Path, tickets: pl.DataFrame, tmp_path: Path
) -> None:
    workspace: Workspace = create_workspace(tmp_path / "city", template="synthetic")
    install_reference(workspace, folder)
    areas = pl.read_csv(workspace.reference / "areas.csv")
    assert set(tickets["小区"].drop_nulls()) <= set(areas["estate"].drop_nulls())
    assert set(tickets["社区"].drop_nulls()) == set(areas["community"].drop_nulls())
    whole = areas.filter(pl.col("street").is_null())["population"].sum()
    assert whole == areas.filter(pl.col("street").is_not_null() & pl.col("community").is_null())["population"].sum()
    duties = pl.read_csv(workspace.reference / "duties.csv", infer_schema=False)
    revised = duties.filter(pl.col("valid_to").is_not_null())
    assert revised.height > 0
    assert (
        revised.join(duties.filter(pl.col("valid_from") > "2023-01-01"), on=["category_l2", "street"]).height
        == revised.height
    )
    assert set(pl.read_csv(workspace.reference / "calendar.csv")["kind"]) >= {
        "holiday",
        "makeup",
        "policy",
        "event",
        "channel_merger",
        "outage",
    }


def test_catalogue_when_read_then_sizes_of_a_real_city() -> None:
    table = load_catalogue().table
    assert (table["l1"].n_unique(), table.select("l1", "l2").n_unique(), table.height) == (12, 60, 120)
    assert all(len(phrases) == 3 for phrases in load_catalogue().phrases)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (dt.date(2025, 1, 15), dt.date(2025, 2, 11)),  # the shortest: no typhoon season, no full year
        (dt.date(2023, 2, 28), dt.date(2023, 12, 31)),
        (dt.date(2027, 1, 1), dt.date(2027, 6, 30)),  # beyond the published make-up days
    ],
)
def test_simulate_when_other_periods_then_every_ticket_lies_within(
    first: dt.date, last: dt.date, tmp_path: Path
) -> None:
    made = simulate(SimulationConfig(tickets=5000, seed=3, first_on=first, last_on=last), tmp_path / "city")
    days = pl.concat(
        [pl.read_csv(path, infer_schema=False).select(pl.col("诉求时间").str.slice(0, 10)) for path in made.exports]
    ).to_series()
    assert days.min() >= first.isoformat()
    assert days.max() <= last.isoformat()
    assert days.len() == made.tickets


@pytest.mark.parametrize(
    "wrong", [{"tickets": 10}, {"seed": -1}, {"last_on": dt.date(2024, 1, 5)}, {"last_on": dt.date(2020, 1, 5)}]
)
def test_config_when_out_of_range_then_refused(wrong: dict) -> None:
    with pytest.raises(SimulationError):
        SimulationConfig(**wrong)


def test_simulate_when_folder_occupied_then_refused_and_untouched(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(SimulationError, match="not empty"):
        simulate(SMALL, tmp_path)
    with pytest.raises(SimulationError, match="cannot be written"):
        simulate(SMALL, Path("/proc/nowhere/city"))
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
