"""axe-core finds nothing serious on the pages, in light and dark."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.serving import CHROMIUM, FLAGS, PAGES, page_address, serve, settle, skip_reason
from tests.fixtures_publication import make_workspace

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(bool(skip_reason()), reason=skip_reason() or "-"),
]
FEW = ("alerts", "data")  # most kinds of parts are on one of them


@pytest.mark.parametrize("names", [FEW, pytest.param(PAGES, marks=pytest.mark.long)], ids=["few", "all"])
def test_pages_when_judged_by_axe_then_nothing_serious(tmp_path: Path, names: tuple[str, ...]) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    found = {}
    with serve(make_workspace(tmp_path / "city")) as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        for number, name in enumerate(names):
            theme = ("light", "dark")[number % 2]
            page = browser.new_context(viewport={"width": 1366, "height": 1400}, color_scheme=theme).new_page()  # type: ignore[arg-type]
            page.goto(page_address(address, name, "lang=zh"))
            settle(page)
            faults = Axe().run(page).response["violations"]
            found[name, theme] = [f["id"] for f in faults if f["impact"] in ("serious", "critical")]
        browser.close()
    assert {page: faults for page, faults in found.items() if faults} == {}
