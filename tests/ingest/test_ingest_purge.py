"""`weisu purge`: what goes, the proof that it went, and what stays."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import duckdb
import pytest

from ingest.errors import IngestError
from ingest.load import load_files
from ingest.purge import Choice, purge
from weisu.cli import run
from weisu.settings import Workspace

DAY = dt.timedelta(days=1)
NOW = dt.datetime(2026, 11, 21, 12)


@pytest.fixture
def city(tmp_path: Path) -> Workspace:
    root = tmp_path / "city"
    root.mkdir()
    (root / "weisu.toml").write_text('[city]\nlanguage = "en"\n', encoding="utf-8")
    for number, age in enumerate((40, 20, 1)):
        path = tmp_path / f"{number}.csv"
        path.write_text(
            f"工单编号,诉求时间,诉求内容\nGD{number},2026-03-01 08:00:00,路灯不亮 13912345678\n", encoding="utf-8"
        )
        load_files(Workspace(root), [path], "hotline", now=NOW - age * DAY)
    return Workspace(root)


def query(city: Workspace, sql: str) -> list[tuple]:
    with duckdb.connect(str(city.ledger), read_only=True) as con:
        return con.execute(sql).fetchall()


def labels(removed: list) -> list[str]:
    return [label for p in removed for label in p.labels]


def test_originals_past_the_retention_go_and_versions_stay(city: Workspace) -> None:
    versions = query(city, "select * from raw.ticket_versions order by ticket_id")
    removed = purge(city, Choice(before=NOW - 30 * DAY), now=NOW)
    assert labels(removed) == ["0.csv"]
    assert not removed[0].path.exists()
    assert len(list(city.archive.iterdir())) == 2
    assert query(city, "select file_sha256, file_bytes, load_ids, confirmed_at from raw.purges") == [
        (removed[0].sha256, removed[0].bytes, list(removed[0].load_ids), NOW)
    ]
    assert query(city, "select * from raw.ticket_versions order by ticket_id") == versions


def test_a_dry_run_removes_nothing(city: Workspace) -> None:
    assert labels(purge(city, Choice(before=NOW - 10 * DAY), now=NOW, is_dry=True)) in (["0.csv", "1.csv"], ["1.csv", "0.csv"])  # fmt: skip
    assert len(list(city.archive.iterdir())) == 3
    assert query(city, "select count(*) from raw.purges") == [(0,)]


def test_the_days_told_are_the_citys(city: Workspace) -> None:
    """What is listed as loaded on a day goes by `--before` the next one: 17:00 UTC is the next day in Shanghai."""
    path = city.root / "late.csv"
    path.write_text("工单编号,诉求时间\nGD9,2026-03-01 08:00:00\n", encoding="utf-8")
    load_files(city, [path], "hotline", now=dt.datetime(2026, 11, 1, 17))
    found = purge(city, Choice(before=NOW), now=NOW, is_dry=True)
    assert [p.loaded_on for p in found if p.labels == ("late.csv",)] == [dt.date(2026, 11, 2)]


def test_the_original_of_one_load(city: Workspace) -> None:
    ((load_id,),) = query(city, "select load_id from raw.loads where file_label = '2.csv'")
    assert labels(purge(city, Choice(load_id=load_id), now=NOW)) == ["2.csv"]
    with pytest.raises(IngestError, match="no load"):
        purge(city, Choice(load_id="nonsense"), now=NOW)


def test_what_a_killed_load_left_goes_too(city: Workspace) -> None:
    import os

    draft = city.archive / f".{'ab' * 32}.zst.draft"
    draft.write_bytes(b"half a file")
    os.utime(draft, (0, 0))
    assert [p.load_ids for p in purge(city, Choice(before=NOW - 30 * DAY), now=NOW) if not p.labels] == [()]
    assert not draft.exists()


def test_a_purge_that_was_killed_is_carried_out_by_the_next(city: Workspace) -> None:
    kept = next(city.archive.iterdir())
    with duckdb.connect(str(city.ledger)) as con:
        con.execute("insert into raw.purges values (?, 1, 1, [], 'retention', ?, null)", [kept.name.split(".")[0], NOW - DAY])  # fmt: skip
    purge(city, Choice(before=dt.datetime(2000, 1, 1)), now=NOW)
    assert not kept.exists()
    assert query(city, "select confirmed_at from raw.purges") == [(NOW,)]


def test_the_same_bytes_after_a_purge_are_still_known(city: Workspace, tmp_path: Path) -> None:
    purge(city, Choice(before=NOW), now=NOW)
    assert load_files(city, [tmp_path / "0.csv"], "hotline", now=NOW).files[0].is_repeat
    assert list(city.archive.iterdir()) == []


def test_the_command(city: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    place = ["--workspace", str(city.root)]
    assert run(["purge", *place]) == 0
    assert "no retention is set" in capsys.readouterr().out
    assert run(["purge", "--before", "2026-11-01", "--dry-run", "--json", *place]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["removed"] == 0
    assert [(o["files"], o["last_loaded_on"]) for o in told["originals"]] == [(["0.csv"], "2026-10-12")]
    inbox = city.root / "inbox" / "hotline"
    inbox.mkdir(parents=True)
    (inbox / "0.csv").write_bytes((city.root.parent / "0.csv").read_bytes())
    assert run(["purge", "--before", "2026-11-01", *place]) == 0
    said = capsys.readouterr().out
    assert "removed 1 originals" in said
    assert "inbox/hotline/0.csv" in said
    (city.root / "weisu.toml").write_text('[city]\nlanguage = "en"\n[archive]\nkeep_days = 36500\n', encoding="utf-8")
    assert run(["purge", *place]) == 0
    assert "no original to remove" in capsys.readouterr().out
    assert run(["purge", "--load", "x", "--before", "2026-01-01", *place]) == 2
    assert run(["purge", "--load", "nonsense", *place]) == 2
