"""One journey in a real browser: open the app, triage an alert to confirmed; nothing leaves the machine, nothing breaks."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser.serving import CHROMIUM, FLAGS, PAGES, serve, settle, skip_reason
from tests.fixtures_publication import make_workspace
from weisu.settings import Workspace
from weisu.store import list_acts, open_store

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(bool(skip_reason()), reason=skip_reason() or "-"),
]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return make_workspace(tmp_path / "city")


def test_alert_when_triaged_in_the_browser_then_confirmed_at_once_and_offline(workspace: Workspace) -> None:
    from playwright.sync_api import expect, sync_playwright

    outside, broken = [], []
    with serve(workspace) as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        page.on("request", lambda request: _note_outside(request.url, outside))
        page.on("console", lambda message: broken.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.goto(f"{address}/?lang=zh")
        settle(page)
        page.get_by_role("link", name="噪声扰民 · 二桥街道").first.click()
        settle(page)
        assert "alert=al01" in page.url
        page.get_by_role("button", name="确认", exact=True).first.click()
        page.get_by_label("理由（必填）").fill("电话核实属实")
        page.get_by_label("经办人（必填）").fill("分析员甲")
        page.get_by_test_id("stPopoverBody").get_by_role("button", name="确认").click()
        expect(page.locator(".timeline")).to_contain_text("确认：电话核实属实", timeout=15_000)
        expect(page.get_by_role("button", name="派发", exact=True)).to_be_visible()
        for name in PAGES[2:]:
            page.locator(f"a[href*='/{name}']").first.click()
            settle(page)
        browser.close()
    assert outside == []
    assert broken == []
    engine = open_store(workspace)
    assert [(a.alert_id, a.act, a.actor) for a in list_acts(engine)] == [("al01", "confirm", "分析员甲")]
    engine.dispose()


def test_direct_link_when_it_names_an_alert_then_opens_it_without_errors_of_ours(workspace: Workspace) -> None:
    """Streamlit's client asks under the page's own path for its server first; those two answers of 404 are its own."""
    from playwright.sync_api import sync_playwright

    probes, missing, broken = {"/alerts/_stcore/health", "/alerts/_stcore/host-config"}, [], []
    with serve(workspace) as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        page = browser.new_page(viewport={"width": 1366, "height": 2400}, locale="zh-CN")
        page.on("response", lambda r: missing.append(urlsplit(r.url).path) if r.status >= 400 else None)
        page.on("console", lambda m: broken.append(m.text) if m.type == "error" and "404" not in m.text else None)
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.goto(f"{address}/alerts?alert=al10&lang=zh")  # closed: not in the default list of open ones
        settle(page)
        assert "alert=al10" in page.url
        shown = page.evaluate("document.querySelector('[data-testid=stMain]').innerText")
        browser.close()
    assert shown.count("70 天前") == 2  # its row in the list, and the opened alert
    assert set(missing) <= probes
    assert broken == []


def test_ticket_text_when_it_holds_markup_then_stays_text(workspace: Workspace) -> None:
    from playwright.sync_api import sync_playwright

    outside: list[str] = []
    with serve(workspace, lang="en") as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        page = browser.new_page(viewport={"width": 1366, "height": 2400})
        page.on("request", lambda request: _note_outside(request.url, outside))
        page.goto(f"{address}/alerts?lang=en&alert=al03&show=all")
        settle(page)
        assert page.locator("a[href*='example.invalid'], img[src*='example.invalid']").count() == 0
        browser.close()
    assert outside == []


def _note_outside(url: str, into: list[str]) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
        into.append(url)
