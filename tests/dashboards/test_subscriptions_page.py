"""The page of subscriptions: a reader follows alerts and ends it, of the own recipients and within the own sight alone; all of it logged."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from dashboards.screens.subscriptions import _own
from tests.fixtures_delivery import KEY, write_address_book
from tests.fixtures_publication import BUILT_AT, make_workspace
from weisu import audit
from weisu.access import Reader, Role
from weisu.accounts import add_account
from weisu.delivery.errors import DeliveryError
from weisu.delivery.subscriptions import Subscription, list_subscriptions, subscribe
from weisu.settings import Workspace
from weisu.store import open_store

AREA = "东湖区"
BOOK = (
    "".join(
        f'[recipients.{name}]\nchannel = "webhook"\naddress = "https{""}://{name}.example.org/"\nkey = "{KEY}"\naccount = "{account}"\n'
        for name, account in (("甲的邮箱", "甲"), ("乙的邮箱", "乙"))
    )
    .replace("[recipients.甲的邮箱]", '[recipients."甲的邮箱"]')
    .replace("[recipients.乙的邮箱]", '[recipients."乙的邮箱"]')
)


def script(role: str, area: str | None) -> None:
    from dashboards.shell import main
    from weisu.access import Reader, Role

    main(only="subscriptions", reader=Reader("甲", Role(role), area))


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    place = make_workspace(tmp_path_factory.mktemp("subscriptions") / "city")
    write_address_book(place, BOOK)
    return place


@pytest.fixture
def engine(city: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> sa.Engine:
    monkeypatch.setenv("WEISU_WORKSPACE", str(city.root))
    monkeypatch.setenv("WEISU_ACTS_URL", f"sqlite:///{tmp_path}/acts.sqlite")
    return open_store(city)


def open_page(engine: sa.Engine, role: Role) -> AppTest:
    import streamlit as st

    st.cache_resource.clear()  # the door holds the store of the test before
    area = AREA if role is Role.OFFICER else None
    add_account(engine, name="甲", role=role, area_key=area, password=None, changed_by="管理员", now=BUILT_AT)
    return AppTest.from_function(script, args=(role.value, area), default_timeout=60).run()


def box(at: AppTest, key: str) -> list[str]:
    return at.selectbox(key=key).options


def test_reader_when_subscribing_and_ending_then_both_are_kept_and_logged(engine: sa.Engine) -> None:
    at = open_page(engine, Role.ANALYST)
    assert box(at, "sub-recipient") == ["甲的邮箱"]
    at.selectbox(key="sub-category").set_value("公用事业->停水停电")
    at.selectbox(key="sub-level").set_value(2)
    at.selectbox(key="sub-pace").set_value("daily")
    at.text_input(key="sub-quiet").set_value("22:00-07:00")
    at.checkbox(key="sub-unreviewed").check()
    at.button(key="sub-do").click().run()
    assert not at.exception
    (made,) = list_subscriptions(engine)
    assert (made.recipient, made.what, made.category_key, made.area_key, made.least_level) == ("甲的邮箱", "alerts", "公用事业->停水停电", None, 2)  # fmt: skip
    assert (made.pace, made.quiet, made.has_unreviewed, made.actor, made.lang) == ("daily", "22:00-07:00", True, "甲", "zh")  # fmt: skip
    assert "停水停电" in at.dataframe[0].value.to_csv()
    at.button(key="sub-end").click().run()
    assert list_subscriptions(engine) == []
    logged = audit.search(engine, audit.Asked(holds=made.subscription_id), most=9)
    assert logged["what"].to_list() == ["change", "change"]


def test_reader_when_hours_are_none_then_told_and_nothing_kept(engine: sa.Engine) -> None:
    at = open_page(engine, Role.ANALYST)
    at.text_input(key="sub-quiet").set_value("late")
    at.button(key="sub-do").click().run()
    assert list_subscriptions(engine) == []
    assert "are no hours" in at.toast[0].value


@pytest.mark.parametrize(
    ("role", "whats", "whole_city"),
    [
        (Role.VIEWER, ["预警"], True),
        (Role.OFFICER, ["预警"], False),
        (Role.MANAGER, ["预警", "月度报告", "民情摘报（每周）"], True),
    ],
)
def test_form_offers_no_more_than_the_role_shows(
    engine: sa.Engine, role: Role, whats: list[str], whole_city: bool
) -> None:
    at = open_page(engine, role)
    assert box(at, "sub-what") == whats
    areas = box(at, "sub-area")
    assert ("全部" in areas) == whole_city
    assert any("西山区" in area for area in areas) == whole_city
    assert AREA in areas


def test_somebody_elses_subscription_is_neither_shown_nor_ended(engine: sa.Engine) -> None:
    other = subscribe(engine, Subscription("乙的邮箱", "alerts", "zh", "乙", BUILT_AT))
    at = open_page(engine, Role.ANALYST)
    assert not at.dataframe
    assert "sub-end" not in [button.key for button in at.button]
    assert [s.subscription_id for s in list_subscriptions(engine)] == [other.subscription_id]


def test_recipient_of_somebody_else_when_a_form_names_it_then_refused(engine: sa.Engine, city: Workspace) -> None:
    reader = Reader("甲", Role.ANALYST)
    view = SimpleNamespace(workspace=city, reader=reader, engine=engine)
    with pytest.raises(DeliveryError, match="is not yours"):
        _own(view, "乙的邮箱")  # type: ignore[arg-type]
    assert _own(view, "甲的邮箱").account == "甲"  # type: ignore[arg-type]


def test_administrator_sees_all_recipients(engine: sa.Engine) -> None:
    subscribe(engine, Subscription("乙的邮箱", "alerts", "zh", "乙", BUILT_AT))
    at = open_page(engine, Role.ADMIN)
    assert box(at, "sub-recipient") == ["甲的邮箱", "乙的邮箱"]
    assert "乙的邮箱" in at.dataframe[0].value.to_csv()
