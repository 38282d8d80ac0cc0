"""Fix the profile, try the quarantined rows again, purge and replay: what the archive is for."""

from __future__ import annotations

import csv
import datetime as dt
import json
import stat
from pathlib import Path

import duckdb
import pytest

from ingest.errors import IngestError, Refused
from ingest.load import load_files
from ingest.purge import Choice, purge
from ingest.replay import replay_archive
from ingest.retry import retry_quarantined
from weisu.cli import run
from weisu.settings import Workspace

NOW = dt.datetime(2026, 11, 21, 12)
LATER = dt.datetime(2026, 11, 22, 12)
PROFILE = """
name = "portal"
[columns]
ticket_id = "id"
created_at = "opened"
closed_at = "closed"
person_phone = "phone"
text = "text"
category_l1 = "kind"
[dates]
order = "{order}"
"""
HEADER = ["id", "opened", "closed", "phone", "text", "kind"]
DAYS_FIRST = [("A1", "2026-03-01 08:00", ""), ("A2", "13/03/2026 08:00", ""), ("A3", "14/03/2026 08:00", "15/03/2026 09:00"), ("", "2026-03-01 08:00", "")]  # fmt: skip


@pytest.fixture
def city(tmp_path: Path) -> Workspace:
    root = tmp_path / "city"
    (root / "sources").mkdir(parents=True)
    (root / "weisu.toml").write_text('[city]\nlanguage = "en"\n', encoding="utf-8")
    write_profile(Workspace(root), "ymd")
    return Workspace(root)


def write_profile(city: Workspace, order: str) -> None:
    (city.sources / "portal.toml").write_text(PROFILE.format(order=order), encoding="utf-8")


def export(path: Path, rows: list[tuple[str, str, str]] = DAYS_FIRST) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows((*row, "13800138000", "路灯不亮", "lamp") for row in rows)
    return path


def load(city: Workspace, *paths: Path, now: dt.datetime = NOW):
    return load_files(city, paths, "portal", now=now, limit=1.0)


def query(city: Workspace, sql: str) -> list[tuple]:
    with duckdb.connect(str(city.ledger), read_only=True) as con:
        return con.execute(sql).fetchall()


def test_a_corrected_profile_lets_rows_in_and_settles_their_entries(city: Workspace, tmp_path: Path) -> None:
    assert load(city, export(tmp_path / "a.csv")).as_dict() == {
        "read": 4, "new": 1, "new_version": 0, "unchanged": 0, "quarantined": 3, "flagged": 0,
    }  # fmt: skip
    (tmp_path / "a.csv").unlink()  # only the archive has it
    write_profile(city, "dmy")
    tried = retry_quarantined(city, "portal", now=LATER, limit=1.0)
    assert (tried.waiting, tried.entered) == (3, 2)
    assert tried.loads.as_dict() == {
        "read": 4, "new": 2, "new_version": 0, "unchanged": 1, "quarantined": 1, "flagged": 0,
    }  # fmt: skip
    assert query(city, "select row_number, reason_code from raw.open_quarantine") == [(4, "missing_id")]
    assert query(city, "select count(*) from raw.quarantine") == [(4,)]  # nothing is deleted
    assert query(city, "select outcome, count(*) from raw.quarantine_resolutions group by 1 order by 1") == [("entered", 2), ("set_aside_again", 1)]  # fmt: skip
    assert query(city, "select bool_and(rows_read = rows_new + rows_new_version + rows_unchanged + rows_quarantined), count(*) from raw.loads") == [(True, 2)]  # fmt: skip
    assert query(city, "select ticket_id, closed_at from raw.current_tickets order by 1") == [
        ("A1", None), ("A2", None), ("A3", dt.datetime(2026, 3, 15, 1)),
    ]  # fmt: skip


def test_a_second_reading_of_the_same_bytes_replaces_what_the_first_misread(city: Workspace, tmp_path: Path) -> None:
    write_profile(city, "mdy")
    rows = [("A1", "01/02/2026 08:00", ""), ("A2", "13/02/2026 08:00", "")]
    load(city, export(tmp_path / "a.csv", rows))
    write_profile(city, "dmy")
    retry_quarantined(city, "portal", now=LATER, limit=1.0)
    found = query(city, "select ticket_id, created_on::text from raw.current_tickets order by 1")
    assert found == [("A1", "2026-02-01"), ("A2", "2026-02-13")]
    assert query(city, "select count(*) from raw.ticket_versions") == [(3,)]  # the misread version is kept


@pytest.mark.parametrize("is_purged", [True, False])
def test_what_cannot_be_tried_again_is_said(city: Workspace, tmp_path: Path, is_purged: bool) -> None:
    assert retry_twice(city, tmp_path, lambda: None).same_profile == ("a.csv",)
    write_profile(city, "dmy")
    if is_purged:
        purge(city, Choice(before=LATER), now=LATER)
    else:
        next(city.archive.iterdir()).unlink()
    tried = retry_quarantined(city, "portal", now=LATER)
    assert tried.purged == (("a.csv", LATER.date() if is_purged else None),)
    assert tried.entered == 0
    assert tried.loads.files == ()


def retry_twice(city: Workspace, tmp_path: Path, between):
    load(city, export(tmp_path / "a.csv"))
    between()
    return retry_quarantined(city, "portal", now=LATER)


def test_a_retry_that_is_nothing_new_changes_nothing(city: Workspace, tmp_path: Path) -> None:
    load(city, export(tmp_path / "a.csv"))
    write_profile(city, "dmy")
    retry_quarantined(city, "portal", now=LATER, limit=1.0)
    before = query(city, "select * from raw.loads order by all")
    assert retry_quarantined(city, "portal", now=LATER, limit=1.0).same_profile == ("a.csv",)
    assert query(city, "select * from raw.loads order by all") == before


def test_the_command_says_in_a_line_what_it_did(
    city: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--workspace", str(city.root)]
    assert run(["load", str(export(tmp_path / "a.csv")), "--source", "portal", "--quarantine-limit", "1", *place]) == 0
    write_profile(city, "dmy")
    capsys.readouterr()
    retry = ["load", "--retry-quarantined", "--source", "portal", "--quarantine-limit", "1", *place]
    assert run(retry) == 0
    assert "3 rows were in quarantine, 2 of them entered now" in capsys.readouterr().out
    aside = tmp_path / "aside.csv"
    assert run(["export", "quarantine", "-o", str(aside), *place]) == 0
    assert [line.split(",")[3] for line in aside.read_text(encoding="utf-8-sig").splitlines()[1:]] == ["missing_id"]
    capsys.readouterr()
    assert run([*retry, "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["read"] == 0
    assert run(["load", "--source", "portal", *place]) == 2
    assert run(["load", "--retry-quarantined", *place]) == 2


@pytest.mark.parametrize("is_packed", [False, True])
def test_a_replayed_archive_gives_the_same_current_state(city: Workspace, tmp_path: Path, is_packed: bool) -> None:
    states = [("20260320", ""), ("20260301", ""), ("20260310", "2026-03-09 10:00")]
    for name, closed in states:
        path = export(tmp_path / f"{name}.csv", [(f"A{i}", "2026-03-01 08:00", closed if i % 2 else "") for i in range(20)])  # fmt: skip
        if is_packed:
            import gzip

            packed = path.with_suffix(".csv.gz")
            packed.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
            path = packed
        load(city, path)
    wanted = query(city, "select * exclude (load_id, row_number) from raw.current_tickets order by ticket_id")
    counts = query(city, "select load_id, rows_read, rows_new, exported_at, loaded_at from raw.loads order by all")
    replayed = replay_archive(city)
    assert (replayed.tickets, replayed.differing) == (20, 0)
    assert query(city, "select * exclude (load_id, row_number) from raw.current_tickets order by ticket_id") == wanted
    assert query(city, "select load_id, rows_read, rows_new, exported_at, loaded_at from raw.loads order by all") == counts  # fmt: skip
    assert stat.S_IMODE(city.ledger.stat().st_mode) == stat.S_IMODE(replayed.before.stat().st_mode) == 0o600
    assert sorted(p.name for p in city.var.iterdir()) == ["archive", "ledger.before-replay.duckdb", "ledger.duckdb", "person.key", "writer.lock"]  # fmt: skip


def test_a_new_person_key_and_a_replay_give_new_hashes_that_still_meet(city: Workspace, tmp_path: Path) -> None:
    load(city, export(tmp_path / "a.csv"))
    load(city, export(tmp_path / "b.csv", [("B1", "2026-03-02 08:00", "")]))
    (old,) = query(city, "select distinct person_hash from raw.current_tickets")
    city.key_file.unlink()
    replay_archive(city)
    (new,) = query(city, "select distinct person_hash from raw.current_tickets")
    assert new != old


def test_what_a_killed_replay_left_is_swept_away(city: Workspace, tmp_path: Path) -> None:
    load(city, export(tmp_path / "a.csv"))
    (city.var / "restored-x").mkdir()
    (city.var / "restored-x" / "original.csv").write_text("13800138000", encoding="utf-8")
    (city.var / "ledger.replay.duckdb").write_bytes(b"half")
    replay_archive(city)
    assert not list(city.var.glob("restored-*"))
    assert not list(city.var.glob("ledger.replay*"))


def test_without_an_original_there_is_no_replay(city: Workspace, tmp_path: Path) -> None:
    load(city, export(tmp_path / "a.csv"))
    before = city.ledger.read_bytes()
    purge(city, Choice(before=LATER), now=LATER)
    with pytest.raises(Refused, match="1 of 1 originals"):
        replay_archive(city)
    assert query(city, "select count(*) from raw.ticket_versions") == [(1,)]
    assert before


def test_a_damaged_original_is_never_loaded(city: Workspace, tmp_path: Path) -> None:
    import gzip

    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(export(tmp_path / "a.csv").read_bytes()))
    load(city, path)
    kept = next(city.archive.iterdir())
    kept.write_bytes(kept.read_bytes() + b"x")
    with pytest.raises(IngestError, match="damaged"):
        replay_archive(city)
    assert query(city, "select count(*) from raw.loads") == [(1,)]
