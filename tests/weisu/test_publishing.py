from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from weisu.errors import WarehouseError
from weisu.publishing import Publication, current, list_publications, point_to, publish
from weisu.settings import Workspace
from weisu.warehouse import connect, single_writer

DAY = dt.date(2026, 3, 31)


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    (tmp_path / "weisu.toml").write_text("[publishing]\nkeep = 2\n")
    return Workspace(tmp_path)


def build(place: Workspace, value: int) -> Path:
    place.builds.mkdir(parents=True, exist_ok=True)
    path = place.builds / f"b{value}.duckdb"
    con = connect(path)
    con.execute("create schema marts; create schema intermediate")
    con.execute(
        f"create table marts.mart_one as select {value} as value; create table intermediate.secret as select 1 as x"
    )
    con.close()
    return path


def publish_value(place: Workspace, value: int, *, flip: bool = True) -> Publication:
    return publish(
        place,
        build(place, value),
        as_of=DAY,
        data_version=f"v{value}",
        now=dt.datetime(2026, 4, 1, 0, 0, value),
        flip=flip,
    )


def read(publication: Publication) -> int:
    con = connect(publication.path, read_only=True)
    try:
        return con.execute("select value from marts.mart_one").fetchone()[0]
    finally:
        con.close()


def test_nothing_published_says_what_to_do(place: Workspace) -> None:
    with pytest.raises(WarehouseError, match="weisu build"):
        current(place)


def test_flip_shows_the_new_one_and_an_open_reader_keeps_the_old(place: Workspace) -> None:
    old = connect(publish_value(place, 1).path, read_only=True)
    publish_value(place, 2)
    assert read(current(place)) == 2
    assert old.execute("select value from marts.mart_one").fetchone() == (1,)
    old.close()


def test_side_publication_does_not_flip(place: Workspace) -> None:
    publish_value(place, 1)
    assert read(publish_value(place, 2, flip=False)) == 2
    assert read(current(place)) == 1


def test_only_marts_are_published(place: Workspace) -> None:
    con = connect(publish_value(place, 1).path, read_only=True)
    assert con.execute("select distinct schema_name from duckdb_tables()").fetchall() == [("marts",)]
    con.close()


def test_published_file_cannot_be_written(place: Workspace) -> None:
    assert publish_value(place, 1).path.stat().st_mode & 0o222 == 0


def test_only_the_last_ones_are_kept(place: Workspace) -> None:
    for value in (1, 2, 3):
        publish_value(place, value)
    assert [read(p) for p in list_publications(place)] == [2, 3]


def test_failed_copy_leaves_the_last_publication(place: Workspace) -> None:
    publish_value(place, 1)
    broken = place.builds / "broken.duckdb"
    broken.write_bytes(b"no database")
    with pytest.raises(Exception, match="broken"):
        publish(place, broken, as_of=DAY, data_version="v2", now=dt.datetime(2026, 4, 2), flip=True)
    assert read(current(place)) == 1


def test_second_writer_is_refused(place: Workspace) -> None:
    with (
        single_writer(place.var),
        pytest.raises(WarehouseError, match="another load or build"),
        single_writer(place.var),
    ):
        pass


def test_side_publications_do_not_push_out_the_real_ones(place: Workspace) -> None:
    publish_value(place, 1)
    publish_value(place, 2)
    for value in (3, 4, 5):
        publish_value(place, value, flip=False)
    assert [read(p) for p in list_publications(place)] == [1, 2, 4, 5]  # two of each kind
    assert read(current(place)) == 2


def test_side_publication_can_be_shown_later(place: Workspace) -> None:
    publish_value(place, 1)
    side = publish_value(place, 2, flip=False)
    assert not point_to(place, side).is_side
    assert read(current(place)) == 2
    assert [p.is_side for p in list_publications(place)] == [False, False]


def test_what_a_killed_run_left_is_swept(place: Workspace) -> None:
    publish_value(place, 1)
    (place.publications / ".old.draft").write_bytes(b"half")
    (place.publications / "orphan.duckdb").write_bytes(b"no record")
    publish_value(place, 2)
    assert not (place.publications / ".old.draft").exists()
    assert not (place.publications / "orphan.duckdb").exists()
    assert [read(p) for p in list_publications(place)] == [1, 2]
