"""The gate before the app: who gets past it in each mode, what every answer carries, and attacks on it."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from streamlit import config
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from dashboards.door import SECRET_VARIABLE, Door, check_address, provider, utc_now
from dashboards.gate import COOKIE, TOKEN, VOUCH, Gate, policy
from dashboards.login import next_of, routes
from weisu import audit
from weisu.access_settings import Access
from weisu.accounts import add_account, change_account, find_account
from weisu.errors import SettingsError
from weisu.sessions import open_session
from weisu.settings import Workspace
from weisu.store import open_store

GOOD = "correct horse battery"
LOCAL, PROXY, STRANGER = ("127.0.0.1", 5), ("10.0.0.2", 5), ("10.0.0.66", 5)
HEADERS = {
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "content-security-policy": policy(),
}


async def page(request: Request) -> JSONResponse:
    return JSONResponse({"path": request.url.path, "vouch": request.headers.getlist(VOUCH)})


async def stream(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("in")
    await websocket.close()


def door(folder: Path, **access: object) -> Door:
    (folder / "weisu.toml").write_text('[city]\nname = "澄江"\nname_en = "<b>Chengjiang</b>"\n', encoding="utf-8")
    place = Workspace(folder)
    return Door(place, Access(**access), open_store(place), "en")


class Browser:
    """A browser at an address that keeps its cookies and asks the gate, in process."""

    def __init__(self, door: Door, peer: tuple[str, int], cookies: dict[str, str]) -> None:
        pages = [Route("/{path:path}", page, methods=["GET", "POST", "PUT"]), WebSocketRoute("/_stcore/stream", stream)]
        self.gate, self.peer = Gate(Starlette(routes=[*routes(door), *pages]), door), peer
        self.base_url = f"{'https' if door.is_https else 'http'}://127.0.0.1"
        self.cookies = httpx.Cookies(cookies)

    def ask(self, method: str, path: str, **more: object) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self.gate, client=self.peer)
            async with httpx.AsyncClient(transport=transport, base_url=self.base_url, cookies=self.cookies) as http:
                answer = await http.request(method, path, **more)
                self.cookies = http.cookies
                return answer

        return asyncio.run(asked())

    def get(self, path: str, **more: object) -> httpx.Response:
        return self.ask("GET", path, **more)

    def post(self, path: str, **more: object) -> httpx.Response:
        return self.ask("POST", path, **more)

    def put(self, path: str, **more: object) -> httpx.Response:
        return self.ask("PUT", path, **more)


def client(door: Door, peer: tuple[str, int] = LOCAL, cookies: dict[str, str] | None = None) -> Browser:
    return Browser(door, peer, cookies or {})


def enters(made: Browser) -> bool:
    """Whether a websocket is accepted."""
    cookie = "; ".join(f"{name}={value}" for name, value in made.cookies.items())
    headers = [(b"host", b"127.0.0.1"), (b"cookie", cookie.encode())]
    scope = {"type": "websocket", "path": "/_stcore/stream", "headers": headers, "client": made.peer, "query_string": b"", "subprotocols": []}  # fmt: skip
    sent: list[str] = []

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, str]) -> None:
        sent.append(message["type"])

    asyncio.run(made.gate(scope, receive, send))
    return sent[0] == "websocket.accept"


def sign_in(made: Browser, name: str = "ana", password: str = GOOD, **more: str) -> httpx.Response:
    return made.post("/account/login", data={"name": name, "password": password} | more, headers={"origin": str(made.base_url)})  # fmt: skip


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Door]:
    made = door(tmp_path, mode="accounts")
    add_account(made.engine, name="ana", role="analyst", area_key=None, password=GOOD, changed_by="shell", now=utc_now() - dt.timedelta(minutes=1))  # fmt: skip
    yield made
    made.engine.dispose()


def test_every_answer_carries_the_headers_refusals_too(tmp_path: Path) -> None:
    made = client(door(tmp_path, mode="open"))
    for answer in (made.get("/"), made.get("/x", headers={"host": "evil.example"}), made.get("/account/login")):
        assert HEADERS.items() <= dict(answer.headers).items()


def test_policy_names_no_other_address_and_no_inline_script() -> None:
    parts = dict(part.strip().split(" ", 1) for part in policy().split(";"))
    assert "://" not in policy()
    assert "unsafe-inline" not in parts["script-src"]
    assert "sha256-" in parts["script-src"]
    assert parts["frame-ancestors"] == parts["object-src"] == "'none'"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example", "[::1"])
def test_other_host_names_are_refused(tmp_path: Path, host: str) -> None:
    assert client(door(tmp_path, mode="open")).get("/", headers={"host": host}).status_code == 400


def test_public_name_is_a_host_name_too(tmp_path: Path) -> None:
    made = client(door(tmp_path, mode="open", public_address="https://weisu.example"))
    assert made.get("/", headers={"host": "weisu.example"}).status_code == 200


def test_without_a_login_only_the_own_machine_enters(tmp_path: Path) -> None:
    made = door(tmp_path, mode="open")
    assert client(made).get("/").status_code == 200
    assert enters(client(made))
    forged = {"x-forwarded-for": "127.0.0.1", "x-real-ip": "127.0.0.1", "forwarded": "for=127.0.0.1"}
    assert client(made, STRANGER).get("/", headers=forged).status_code == 403
    assert not enters(client(made, STRANGER))


@pytest.mark.parametrize("path", ["/", "/words?lang=en", "/media/abc.xlsx", "/_stcore/upload_file/x/y", "/app/static/a.png"])  # fmt: skip
def test_without_a_session_nothing_of_the_app_is_given(accounts: Door, path: str) -> None:
    answer = client(accounts).get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/account/login?next=%2F")
    assert client(accounts).put(path, content=b"x").status_code == 403


def test_without_a_session_no_websocket_opens_whatever_the_cookie_says(accounts: Door) -> None:
    assert not enters(client(accounts))
    assert not enters(client(accounts, cookies={COOKIE: "forged"}))
    assert client(accounts).get("/_stcore/health").status_code == 200


def test_right_password_opens_a_session_and_goes_on(accounts: Door) -> None:
    made = client(accounts)
    answer = sign_in(made, next="/alerts?alert=a1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/alerts?alert=a1")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie
    assert made.get("/").json()["path"] == "/"
    assert enters(made)


def test_cookies_are_secure_behind_tls(tmp_path: Path) -> None:
    made = door(tmp_path, mode="accounts", public_address="https://weisu.example")
    add_account(made.engine, name="ana", role="analyst", area_key=None, password=GOOD, changed_by="shell", now=utc_now() - dt.timedelta(minutes=1))  # fmt: skip
    answer = sign_in(client(made))
    assert "; secure" in answer.headers["set-cookie"].lower()
    assert answer.headers["strict-transport-security"].startswith("max-age=")


def test_session_ends_by_signing_out_for_every_copy_of_the_cookie(accounts: Door) -> None:
    made = client(accounts)
    sign_in(made)
    copy = client(accounts, cookies=dict(made.cookies))
    assert copy.get("/").status_code == 200
    assert made.get("/account/logout", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert made.get("/account/logout").status_code == 303
    assert copy.get("/").status_code == 303


def test_disabled_account_is_out_at_the_next_request(accounts: Door) -> None:
    made = client(accounts)
    sign_in(made)
    change_account(accounts.engine, "ana", is_disabled=True, changed_by="boss", now=utc_now())
    assert made.get("/").status_code == 303
    assert not enters(made)


def test_hours_of_a_session_are_the_settings(accounts: Door) -> None:
    add_account(accounts.engine, name="gate", role="viewer", area_key=None, password=None, changed_by="shell", now=utc_now())  # fmt: skip
    token = open_session(accounts.engine, find_account(accounts.engine, "gate"), now=utc_now() - dt.timedelta(hours=2))
    for hours, status in ((1, 303), (3, 200)):
        made = Door(accounts.workspace, Access(mode="accounts", session_hours=hours), accounts.engine, "en")
        assert client(made, cookies={COOKIE: token}).get("/").status_code == status


def test_wrong_answers_are_all_the_same(accounts: Door) -> None:
    change_account(accounts.engine, "ana", is_disabled=False, changed_by="boss", now=utc_now())
    told = {sign_in(client(accounts), name, password).text for name, password in (("ana", "wrong"), ("nobody", GOOD), ("nobody", "wrong"))}  # fmt: skip
    assert len(told) == 1
    assert "wrong" in told.pop()


def test_form_of_another_site_does_not_sign_in(accounts: Door) -> None:
    made = client(accounts)
    form = {"name": "ana", "password": GOOD}
    for headers in ({}, {"origin": "https://evil.example"}, {"origin": "null"}):
        answer = made.post("/account/login", data=form, headers=headers)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


def test_flood_of_a_form_is_refused(accounts: Door) -> None:
    assert sign_in(client(accounts), "ana", "x" * 10_000).status_code == 413


@pytest.mark.parametrize("asked", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/a\nb", "", None])  # fmt: skip
def test_signing_in_never_leads_elsewhere(asked: str | None) -> None:
    assert next_of(asked) == "/"


def test_names_and_paths_stay_text_on_the_page(accounts: Door) -> None:
    shown = client(accounts).get("/account/login", params={"next": '/"><script>alert(1)</script>'}).text
    assert "<script" not in shown
    assert "&lt;b&gt;Chengjiang" in shown


def test_script_in_a_name_is_only_a_wrong_name(accounts: Door) -> None:
    shown = sign_in(client(accounts), "<script>alert(1)</script>", GOOD).text
    assert "<script" not in shown
    assert "<script" not in audit.search(accounts.engine)["actor"].to_list()


def test_header_of_a_named_gateway_is_vouched_for(tmp_path: Path) -> None:
    made = door(tmp_path, mode="header", proxies=("10.0.0.2",))
    answer = client(made, PROXY).get("/", headers={"X-Forwarded-User": "ana"})
    assert answer.json()["vouch"] == [TOKEN]
    other = door(tmp_path, mode="header", proxies=("10.0.0.2",), header="Remote-User")
    assert client(other, PROXY).get("/", headers={"X-Forwarded-User": "ana"}).status_code == 403
    assert client(other, PROXY).get("/", headers={"Remote-User": "ana"}).status_code == 200


@pytest.mark.parametrize("forged", [{"X-Forwarded-User": "boss"}, {"X-Forwarded-User": "boss", "X-Forwarded-For": "10.0.0.2"}, {VOUCH: "x", "X-Forwarded-User": "boss"}])  # fmt: skip
def test_forged_header_from_another_address_is_refused(tmp_path: Path, forged: dict[str, str]) -> None:
    made = client(door(tmp_path, mode="header", proxies=("10.0.0.2",)), STRANGER)
    assert made.get("/", headers=forged).status_code == 403


def test_gateway_that_tells_no_name_or_two_is_refused(tmp_path: Path) -> None:
    made = client(door(tmp_path, mode="header", proxies=("10.0.0.2",)), PROXY)
    assert made.get("/").status_code == 403
    assert made.get("/", headers=[("X-Forwarded-User", "ana"), ("X-Forwarded-User", "boss")]).status_code == 403


def test_nobody_vouches_but_the_gate(tmp_path: Path) -> None:
    answer = client(door(tmp_path, mode="open")).get("/", headers={VOUCH: TOKEN})
    assert answer.json()["vouch"] == []


@pytest.mark.parametrize(
    ("access", "address", "says"),
    [
        (Access(), "0.0.0.0", "without a login"),
        (Access(), "10.0.0.5", "without a login"),
        (Access(mode="accounts"), "10.0.0.5", "travel readable"),
        (Access(mode="accounts", public_address="http://weisu.example"), "10.0.0.5", "travel readable"),
    ],
)
def test_address_beyond_the_machine_needs_a_login_and_tls(access: Access, address: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        check_address(access, address, Path("weisu.toml"))


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1"])
def test_own_machine_needs_nothing(address: str) -> None:
    check_address(Access(), address, Path("weisu.toml"))
    check_address(Access(mode="accounts", public_address="https://weisu.example"), "10.0.0.5", Path("weisu.toml"))


def test_provider_is_told_by_the_settings_and_a_secret_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    access = Access(mode="oidc", public_address="https://weisu.example/", oidc_metadata="https://id.example/m", oidc_client_id="w")  # fmt: skip
    monkeypatch.delenv(SECRET_VARIABLE, raising=False)
    with pytest.raises(SettingsError, match="secret of the OpenID client is missing"):
        provider(access)
    monkeypatch.setenv(SECRET_VARIABLE, "s")
    told = provider(access)["auth"]
    assert told["redirect_uri"] == "https://weisu.example/oauth2callback"
    assert (told["client_id"], told["client_secret"], told["server_metadata_url"]) == ("w", "s", "https://id.example/m")
    assert provider(Access(mode="accounts")) is None


@pytest.mark.parametrize("path", ["/media/deadbeef.xlsx", "/_stcore/upload_file/s/f"])
def test_files_beside_the_pages_are_given_to_nobody_whom_the_provider_did_not_sign_in(
    tmp_path: Path, path: str
) -> None:
    config.set_option("server.cookieSecret", "a secret of some length, for this test alone")
    signed = create_signed_value(get_cookie_secret(), USER_COOKIE_NAME, "{}").decode()
    made = door(tmp_path, mode="oidc", public_address="https://127.0.0.1")
    assert Browser(made, STRANGER, {}).get(path).status_code == 403
    assert Browser(made, STRANGER, {USER_COOKIE_NAME: signed[:-2] + "xx"}).get(path).status_code == 403
    assert Browser(made, STRANGER, {USER_COOKIE_NAME: signed}).get(path).status_code == 200


def test_flood_of_sign_ins_leaves_the_readers_their_threads(accounts: Door) -> None:
    made = client(accounts)

    async def flooded() -> tuple[list[int], float]:
        transport = httpx.ASGITransport(made.gate, client=LOCAL)
        async with httpx.AsyncClient(transport=transport, base_url=made.base_url) as http:
            told = {"data": {"name": "nobody", "password": GOOD}, "headers": {"origin": made.base_url}}
            tries = [asyncio.create_task(http.post("/account/login", **told)) for _ in range(60)]
            await asyncio.sleep(0.05)
            begun = time.monotonic()
            assert (await http.get("/_stcore/health")).status_code == 200
            waited = time.monotonic() - begun
            return [answer.status_code for answer in await asyncio.gather(*tries)], waited

    statuses, waited = asyncio.run(flooded())
    assert set(statuses) == {401, 503}
    assert waited < 2
