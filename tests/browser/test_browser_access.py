"""The ways in, in a real browser: local accounts, and an OpenID provider with signed tokens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from joserfc.jwk import RSAKey

from tests.browser.openid_provider import CLIENT, SECRET, provide
from tests.browser.serving import CHROMIUM, FLAGS, free_port, serve, settle, skip_reason
from tests.fixtures_publication import make_workspace
from weisu import audit
from weisu.accounts import add_account, change_account
from weisu.settings import Workspace
from weisu.store import open_store

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(bool(skip_reason()), reason=skip_reason() or "-"),
]
GOOD = "correct horse battery"
LONG_AGO = dt.datetime(2026, 1, 1)


@pytest.fixture
def city(tmp_path: Path) -> Workspace:
    made = make_workspace(tmp_path / "city")
    engine = open_store(made)
    for name, role, area in (("boss", "admin", None), ("官员", "district_officer", "东湖区")):
        add_account(engine, name=name, role=role, area_key=area, password=GOOD, changed_by="shell", now=LONG_AGO)
    engine.dispose()
    return made


@pytest.fixture
def browser() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        made = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield made
        made.close()


def ask_for(city: Workspace, **settings: object) -> None:
    """Add a section [access] to the settings."""
    lines = [f"{key} = {value!r}" for key, value in settings.items()]
    city.settings_file.write_text("\n".join((city.settings_file.read_text(encoding="utf-8"), "[access]", *lines)) + "\n", encoding="utf-8")  # fmt: skip


def log(city: Workspace) -> list[tuple[str, str]]:
    engine = open_store(city)
    rows = audit.search(engine).select("what", "actor").rows()
    engine.dispose()
    return rows


def test_accounts_sign_in_read_by_role_sign_out_and_lose_an_account(city: Workspace, browser) -> None:
    ask_for(city, mode="accounts")
    refused = []
    with serve(city, processes=2) as address:
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        page = context.new_page()
        page.on("console", lambda m: refused.append(m.text) if "Content Security Policy" in m.text else None)
        page.goto(f"{address}/alerts?show=all")
        page.fill("#name", "官员")
        page.fill("#password", "wrong password")
        page.click("button")
        assert "不对" in page.inner_text(".wrong")
        page.fill("#name", "官员")
        page.fill("#password", GOOD)
        page.click("button")
        settle(page)
        assert "show=all" in page.url  # where the link had led
        assert "官员 · 区县专员 · 东湖区" in page.inner_text(".reader")
        assert "西山区" not in page.inner_text("body")
        table = page.locator("[data-testid=stDataFrame]").first
        table.scroll_into_view_if_needed()
        table.hover()
        assert page.get_by_role("button", name="Search").first.is_visible()
        assert not page.locator('button[aria-label="Download as CSV"]').first.is_visible()  # it would not be logged
        cookie = next(c for c in context.cookies() if c["name"] == "weisu_session")
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
        page.goto(f"{address}/audit")
        settle(page)
        assert "不对您的角色开放" in page.inner_text("h1.lead")
        engine = open_store(city)
        change_account(engine, "官员", is_disabled=True, changed_by="boss", now=dt.datetime.now(dt.UTC).replace(tzinfo=None))  # fmt: skip
        engine.dispose()
        page.get_by_text("English").first.click()  # the next click of an open page
        page.get_by_text("Please sign in").wait_for(timeout=15_000)
        page.goto(address)
        assert "/account/login" in page.url
    assert refused == []
    whats = [what for what, who in log(city) if who == "官员"]
    assert {"sign_in", "sign_in_failed", "view_text"} <= set(whats)


def oidc(city: Workspace, port: int, provider_port: int) -> None:
    ask_for(city, mode="oidc", public_address=f"http{''}://127.0.0.1:{port}", oidc_client_id=CLIENT,
            oidc_metadata=f"http{''}://127.0.0.1:{provider_port}/.well-known/openid-configuration")  # fmt: skip


def sign_in_as(browser, address: str, name: str):
    """A page on which `name` went through the provider."""
    page = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN").new_page()
    page.goto(address)
    settle(page)
    assert "请先登录" in page.inner_text("h1.lead")
    assert "澄江" not in page.inner_text("body")  # nothing of the city before
    page.get_by_role("button", name="用单位账号登录").click()
    page.fill("#user", name)
    page.click("button")
    page.wait_for_url(f"{address}/**")
    settle(page)
    return page


def test_openid_names_are_signed_in_by_their_account_and_others_are_not(city: Workspace, browser) -> None:
    port, at = free_port(), free_port()
    oidc(city, port, at)
    with provide(at) as provider, serve(city, port=port, processes=2, WEISU_OIDC_SECRET=SECRET) as address:
        page = sign_in_as(browser, address, "官员")
        assert "官员 · 区县专员 · 东湖区" in page.inner_text(".reader")
        stranger = sign_in_as(browser, address, "stranger")
        assert "您还没有使用权限" in stranger.inner_text("h1.lead")
        assert "澄江" not in stranger.inner_text("body")
        provider.signs_with = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})
        forged = sign_in_as(browser, address, "boss")
        assert "请先登录" in forged.inner_text("h1.lead")
        provider.signs_with, provider.issued_ago = None, 13 * 3600
        old = sign_in_as(browser, address, "boss")
        assert "登录已过期" in old.inner_text("h1.lead")
    assert ("sign_in", "官员") in log(city)
    assert ("refused", "stranger") in log(city)
    assert all(who != "boss" for _, who in log(city))
