"""Whose page it is, by the header of a gateway or the claims of a provider; whoever is nobody gets nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dashboards import identity
from dashboards.door import Door
from dashboards.gate import TOKEN, VOUCH
from dashboards.identity import Stranger, reader_of, seat_of
from dashboards.server import environment
from weisu import audit
from weisu.access import LOCAL, Role
from weisu.access_settings import Access
from weisu.accounts import add_account, change_account
from weisu.settings import Workspace
from weisu.store import open_store

HOUR = dt.timedelta(hours=1)


class User(dict):
    """What `st.user` is: the claims, and whether somebody is signed in."""

    is_logged_in = True


@pytest.fixture
def place(tmp_path: Path, now: dt.datetime) -> Workspace:
    made = Workspace(tmp_path)
    engine = open_store(made)
    for name, role, area in (("官员", "district_officer", "东湖区"), ("gone", "admin", None)):
        add_account(engine, name=name, role=role, area_key=area, password=None, changed_by="shell", now=now)
    change_account(engine, "gone", is_disabled=True, changed_by="shell", now=now)
    return made


@pytest.fixture
def sits(monkeypatch: pytest.MonkeyPatch):
    """Put somebody before the page: headers of the handshake, claims of the provider."""

    def put(headers: dict[str, str] | None = None, user: User | None = None) -> None:
        context = SimpleNamespace(headers=headers or {}, cookies={})
        monkeypatch.setattr(identity, "st", SimpleNamespace(context=context, session_state={}, user=user))

    return put


def door(place: Workspace, **access: Any) -> Door:
    return Door(place, Access(**access), open_store(place), "zh")


def from_gateway(name: str, header: str = "X-Forwarded-User") -> dict[str, str]:
    """Headers as Starlette reads them: bytes of UTF-8 as latin-1."""
    return {VOUCH: TOKEN, header: name.encode().decode("latin-1")}


def refused(door: Door, now: dt.datetime) -> str:
    with pytest.raises(Stranger) as caught:
        reader_of(door, now)
    return caught.value.code


def test_open_is_the_local_administrator(place: Workspace, sits, now: dt.datetime) -> None:
    sits()
    assert reader_of(door(place), now) == LOCAL


def test_gateways_name_is_read_by_its_account(place: Workspace, sits, now: dt.datetime) -> None:
    sits(from_gateway("官员"))
    reader = reader_of(door(place, mode="header"), now)
    assert (reader.name, reader.role, reader.area) == ("官员", Role.OFFICER, "东湖区")
    sits(from_gateway("官员", "Remote-User"))
    assert reader_of(door(place, mode="header", header="Remote-User"), now).name == "官员"


@pytest.mark.parametrize("vouch", [{}, {VOUCH: ""}, {VOUCH: "guessed"}])
def test_header_that_the_gate_did_not_vouch_for_is_nobody(place: Workspace, sits, now: dt.datetime, vouch: dict[str, str]) -> None:  # fmt: skip
    sits({"X-Forwarded-User": "官员".encode().decode("latin-1")} | vouch)
    assert refused(door(place, mode="header"), now) == "sign_in"


@pytest.mark.parametrize("name", ["stranger", "", "gone", "a\nb", "官员 or 1=1", "\xff"])
def test_name_without_an_account_gets_nothing(place: Workspace, sits, now: dt.datetime, name: str) -> None:
    sits(from_gateway(name))
    assert refused(door(place, mode="header"), now) == "no_account"


def test_bytes_that_are_no_name_are_nobody(place: Workspace, sits, now: dt.datetime) -> None:
    sits({VOUCH: TOKEN, "X-Forwarded-User": "\xff\xfe"})
    assert refused(door(place, mode="header"), now) == "sign_in"


def test_unknown_name_is_a_viewer_only_where_settings_say_so_and_never_a_disabled_one(place: Workspace, sits, now: dt.datetime) -> None:  # fmt: skip
    lenient = door(place, mode="header", unknown_role="viewer")
    sits(from_gateway("stranger"))
    assert reader_of(lenient, now).role is Role.VIEWER
    sits(from_gateway("gone"))
    assert refused(lenient, now) == "no_account"


def test_each_entry_and_refusal_is_logged_once(place: Workspace, sits, now: dt.datetime) -> None:
    made = door(place, mode="header")
    for name in ("官员", "stranger"):
        sits(from_gateway(name))
        for _ in range(2):
            try:
                reader_of(made, now)
            except Stranger:
                continue
    rows = audit.search(made.engine).filter(audit.search(made.engine)["what"] != "change")
    assert rows.select("what", "actor").rows() == [("refused", "stranger"), ("sign_in", "官员")]


def test_page_that_stays_open_ends_after_the_hours_of_the_settings(place: Workspace, sits, now: dt.datetime) -> None:
    made = door(place, mode="header", session_hours=2)
    sits(from_gateway("官员"))
    assert reader_of(made, now).name == "官员"
    assert reader_of(made, now + 2 * HOUR - HOUR / 60).name == "官员"
    assert refused(made, now + 2 * HOUR) == "expired"


def test_providers_name_is_the_claim_of_the_settings(place: Workspace, sits, now: dt.datetime) -> None:
    told = User(preferred_username="官员", email="gone", iat=now.replace(tzinfo=dt.UTC).timestamp())
    sits(user=told)
    assert reader_of(door(place, mode="oidc"), now).name == "官员"
    assert refused(door(place, mode="oidc", oidc_claim="email"), now) == "no_account"
    assert refused(door(place, mode="oidc", oidc_claim="none"), now) == "no_account"


def test_provider_who_signed_nobody_in_or_long_ago_is_refused(place: Workspace, sits, now: dt.datetime) -> None:
    made = door(place, mode="oidc", session_hours=1)
    out = User()
    out.is_logged_in = False
    sits(user=out)
    assert refused(made, now) == "sign_in"
    for issued in (None, "soon", (now - HOUR).replace(tzinfo=dt.UTC).timestamp()):
        sits(user=User(preferred_username="官员", iat=issued))
        assert refused(made, now) == "expired"


def test_server_believes_no_forwarded_address(place: Workspace) -> None:
    assert environment(place, "zh")["FORWARDED_ALLOW_IPS"] == ""


def test_seat_when_the_account_is_disabled_or_changed_then_nothing_more_is_given(place: Workspace, sits, now: dt.datetime) -> None:  # fmt: skip
    made = door(place, mode="header")
    sits(from_gateway("官员"))
    reader = reader_of(made, now)
    check = seat_of(made, reader)
    check()
    change_account(made.engine, "官员", changed_by="甲", now=now, role="viewer")
    with pytest.raises(Stranger):
        check()


def test_seat_when_nobody_signs_in_then_always_free(place: Workspace, sits) -> None:
    seat_of(door(place), LOCAL)()
