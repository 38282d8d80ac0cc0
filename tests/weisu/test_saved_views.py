"""Saved views: who sees, renames, shares, deletes and brings back which; what is kept of an address, and what is not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from weisu import saved_views
from weisu.access import LOCAL, Reader, Role
from weisu.saved_views import (
    FILTERS,
    SavedView,
    SavedViewError,
    delete_view,
    may_change,
    rename_view,
    save_view,
    share_view,
    visible_views,
)
from weisu.settings import Workspace
from weisu.store import open_url, version

NOW = dt.datetime(2026, 4, 1, 2)
ANALYST, OTHER = Reader("甲", Role.ANALYST), Reader("乙", Role.ANALYST)
VIEWER, BOSS = Reader("丙", Role.VIEWER), Reader("管", Role.ADMIN)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    (tmp_path / "var").mkdir()
    made = open_url(f"sqlite:///{tmp_path}/var/acts.sqlite")
    yield made
    made.dispose()


def mask(text: str) -> str:
    return text.replace("13800000000", "█")


def save(
    engine: sa.Engine, reader: Reader = ANALYST, name: str = "东区噪声", page: str = "trends", **more
) -> SavedView:
    given = {"params": {"area": "东区", "weeks": "26"}, "is_shared": False} | more
    return save_view(engine, reader, name=name, page=page, now=NOW, mask=mask, **given)


def names(engine: sa.Engine, reader: Reader) -> list[str]:
    return [one.name for one in visible_views(engine, reader)]


def test_view_when_saved_then_its_owner_sees_it_and_others_when_it_is_shared(engine: sa.Engine, tmp_path: Path) -> None:
    made = save(engine)
    assert visible_views(engine, ANALYST) == [made]
    assert made.params == {"area": "东区", "weeks": "26"}
    assert names(engine, OTHER) == names(engine, BOSS) == []
    share_view(engine, ANALYST, made.view_id, is_shared=True, now=NOW)
    assert names(engine, OTHER) == ["东区噪声"]
    assert names(engine, VIEWER) == []  # trends is no page of viewers
    share_view(engine, ANALYST, made.view_id, is_shared=False, now=NOW)
    assert names(engine, OTHER) == []
    assert version(Workspace(tmp_path)) == "empty"


def test_view_when_deleted_then_gone_and_brought_back_as_it_was(engine: sa.Engine) -> None:
    made = save(engine, is_shared=True)
    delete_view(engine, ANALYST, made.view_id, now=NOW)
    assert names(engine, ANALYST) == names(engine, OTHER) == []
    delete_view(engine, ANALYST, made.view_id, is_deleted=False, now=NOW)
    assert [(one.params, one.is_shared, one.position) for one in visible_views(engine, ANALYST)] == [(made.params, True, 3)]  # fmt: skip


def test_somebody_elses_shared_view_is_looked_at_only(engine: sa.Engine) -> None:
    made = save(engine, is_shared=True)
    acts = (
        partial(share_view, is_shared=False), delete_view, partial(rename_view, name="x", mask=mask),
    )  # fmt: skip
    for reader in (OTHER, BOSS):
        assert not may_change(made, reader)
        for act in acts:
            with pytest.raises(SavedViewError, match="no such view of yours"):
                act(engine, reader, view_id=made.view_id, now=NOW)
    assert visible_views(engine, OTHER) == [made]


def test_without_a_login_all_views_are_the_houses(engine: sa.Engine) -> None:
    private, house = save(engine), save(engine, LOCAL, name="全市")
    assert (house.owner, house.is_shared) == ("", True)
    assert set(names(engine, LOCAL)) == {"全市", "东区噪声"}
    rename_view(engine, LOCAL, private.view_id, "东区", now=NOW, mask=mask)
    assert names(engine, OTHER) == ["全市"]
    assert not may_change(house, ANALYST)
    assert may_change(house, BOSS)
    assert share_view(
        engine, BOSS, house.view_id, is_shared=False, now=NOW
    ).is_shared  # there is nobody else to show it to


def test_name_is_masked_trimmed_and_once_per_page_and_owner(engine: sa.Engine) -> None:
    assert save(engine, name="  找  13800000000 ").name == "找 █"
    made = save(engine)
    with pytest.raises(SavedViewError, match="a view of this name"):
        save(engine)
    save(engine, page="map", params={"area": "东区"})
    save(engine, OTHER)
    second = save(engine, name="西区")
    with pytest.raises(SavedViewError, match="a view of this name"):
        rename_view(engine, ANALYST, second.view_id, "东区噪声", now=NOW, mask=mask)
    assert rename_view(engine, ANALYST, made.view_id, "东区噪声", now=NOW, mask=mask).name == "东区噪声"
    with pytest.raises(SavedViewError, match="needs a name"):
        save(engine, name=" ")


@pytest.mark.parametrize(
    ("page", "params", "says"),
    [
        ("words", {"hit": "T1~risk"}, "hit: is not kept"),
        ("alerts", {"alert": "al01"}, "alert: is not kept"),
        ("trends", {"area": "x" * 300}, "area: is not kept"),
        ("users", {}, "users: has no filters to save"),
        ("audit", {}, "audit: has no filters to save"),
    ],
)
def test_what_is_no_filter_is_not_kept(engine: sa.Engine, page: str, params: dict[str, str], says: str) -> None:
    with pytest.raises(SavedViewError, match=says):
        save(engine, BOSS, page=page, params=params)
    assert visible_views(engine, BOSS) == []


def test_page_that_the_role_lacks_is_not_kept(engine: sa.Engine) -> None:
    with pytest.raises(SavedViewError, match="trends: has no filters"):
        save(engine, VIEWER)


def test_two_at_once_lose_nothing(engine: sa.Engine) -> None:
    made = save(engine)
    delete_view(engine, ANALYST, made.view_id, now=NOW)
    with pytest.raises(SavedViewError, match="at the same time"):
        saved_views._next(engine, made, NOW)  # drawn before the deletion


def test_there_is_an_end_to_views(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MOST", 1)
    save(engine)
    with pytest.raises(SavedViewError, match="there are 1 views already"):
        save(engine, name="另一个")


def test_views_stand_by_page_and_name(engine: sa.Engine) -> None:
    for page in reversed(FILTERS):
        save(engine, BOSS, page=page, params={}, name="b")
    save(engine, BOSS, page="alerts", params={}, name="a")
    found = [(one.page, one.name) for one in visible_views(engine, BOSS)]
    assert found[:2] == [("alerts", "a"), ("alerts", "b")]
    assert [page for page, _ in found[1:]] == [page for page in BOSS.pages if page in FILTERS]
