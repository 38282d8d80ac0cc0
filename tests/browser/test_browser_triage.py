"""An alert in a real browser: brought from new to closed, opened by a link, its texts only text; nothing leaves the machine, nothing breaks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.serving import PAGES, journey, open_page, serve, settle, skip_reason
from tests.fixtures_publication import make_workspace
from weisu.settings import Workspace
from weisu.store import list_acts, open_store
from weisu.texts import text

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(bool(skip_reason()), reason=skip_reason() or "-"),
]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return make_workspace(tmp_path / "city")


# what each language's reader says at each step of an alert's way; the first "handle" was too early
WAY = {
    "zh": (("confirm", "电话核实属实"), ("comment", "已请街道补拍照片"), ("send", "请按清单办理"), ("accept", "已受理"), ("handle", "填早了"),
           ("undo", "还没有回访"), ("handle", "已处置并回访"), ("verify", "未再反弹"), ("close", "办结归档")),
    "en": (("confirm", "Checked by phone"), ("comment", "Photos asked for"), ("send", "As listed, please"), ("accept", "Taken on"), ("handle", "Too early"),
           ("undo", "Nobody was called back"), ("handle", "Done and called back"), ("verify", "It stayed low"), ("close", "To the archive")),
}  # fmt: skip
ELSEWHERE = ("trends", "performance", "data", "reports", "connect")  # pages of the other journeys
ACTOR = {"zh": "分析员甲", "en": "Analyst A"}


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.long)])
def test_alert_when_brought_to_its_end_by_clicks_then_exactly_those_acts_are_kept(
    workspace: Workspace, lang: str
) -> None:
    with serve(workspace) as address, journey(address, lang) as page:
        page.locator("a[href*='alert=al01']").first.click()
        page.wait_for_url("**/alerts?*alert=al01*")
        settle(page)
        for act, reason in WAY[lang]:
            _act(page, lang, act, reason)
        assert page.locator(".timeline li.gone").count() == 1
        for name in (*(name for name in PAGES[2:] if name not in ELSEWHERE), "today"):
            open_page(page, name)
        assert page.locator("a[href*='alert=al01']").count() == 0  # nothing is left to decide or watch
    engine = open_store(workspace)
    done = [(a.alert_id, a.act, a.reason, a.actor) for a in list_acts(engine)]
    engine.dispose()
    assert done == [("al01", act, reason, ACTOR[lang]) for act, reason in WAY[lang]]


def _act(page: Any, lang: str, act: str, reason: str) -> None:
    """Press an act's button, fill in its form, send it and wait until the history tells it."""
    before = page.locator(".timeline li").count()
    page.locator(".st-key-actions").get_by_role("button", name=text(f"app.act.{act}", lang), exact=True).click()
    form = page.get_by_test_id("stPopoverBody")
    form.get_by_label(text("app.acts.reason", lang)).fill(reason)
    if act == "confirm":  # the name is asked for once, then kept
        form.get_by_label(text("app.acts.actor", lang)).fill(ACTOR[lang])
    assert form.get_by_label(text("app.acts.actor", lang)).input_value() == ACTOR[lang]
    form.get_by_role("button", name=text(f"app.act.{act}", lang), exact=True).click()
    page.locator(".timeline li").nth(before).wait_for(timeout=15_000)
    settle(page, quiet_ms=200)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an app on which nobody acts."""
    with serve(make_workspace(tmp_path_factory.mktemp("browser") / "city")) as address:
        yield address


def test_direct_link_when_it_names_an_alert_then_opens_it_without_errors_of_ours(untouched: str) -> None:
    with journey(untouched, "zh", start="alerts?alert=al10") as page:  # closed: not in the default list of open ones
        page.set_viewport_size({"width": 1366, "height": 2400})
        settle(page)
        assert "alert=al10" in page.url
        shown = page.evaluate("document.querySelector('[data-testid=stMain]').innerText")
    assert shown.count("70 天前") == 2  # its row in the list, and the opened alert


def test_ticket_text_when_it_holds_markup_then_stays_text(untouched: str) -> None:
    with journey(untouched, "en", start="alerts?alert=al03&show=all") as page:
        page.set_viewport_size({"width": 1366, "height": 2400})
        settle(page)
        assert page.locator("a[href*='example.invalid'], img[src*='example.invalid']").count() == 0
