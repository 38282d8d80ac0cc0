"""In a real browser: a monthly report is made, read, taken away as Word and PDF, and approved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reports.approval import approvals
from tests.browser.serving import journey, open_page, serve, settle, skip_reason
from tests.fixtures_publication import make_workspace
from tests.reports.test_reports_cli import known_to_the_pipeline
from weisu.texts import text

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(bool(skip_reason()), reason=skip_reason() or "-"),
]
CHAIR = {"zh": "王主任", "en": "The chair"}
MONTH = "2026-03"


@pytest.mark.long  # a minute in either language; the triage, the reason of a number and a new export are walked in every run
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_report_when_made_by_clicks_then_read_taken_away_and_approved(tmp_path: Path, lang: str) -> None:
    workspace = make_workspace(tmp_path / "city")
    known_to_the_pipeline(workspace)
    with serve(workspace) as address, journey(address, lang) as page:
        open_page(page, "reports")
        _choose_month(page, lang)
        page.get_by_role("button", name=text("app.reports.do", lang), exact=True).click()
        page.get_by_text(text("app.reports.writing", lang)).wait_for()  # it says that it is at work
        assert _taken(page, lang, "Word").startswith(b"PK")
        assert _taken(page, lang, "PDF").startswith(b"%PDF")
        assert "2026" in page.locator(".st-key-report-page").inner_text()
        page.get_by_role("button", name=text("app.reports.approve", lang), exact=True).click()
        form = page.get_by_test_id("stPopoverBody")
        form.get_by_label(text("app.acts.actor", lang)).fill(CHAIR[lang])
        form.get_by_role("button", name=text("app.reports.approve", lang), exact=True).click()
        page.get_by_text(text("app.reports.frozen_note", lang)).wait_for(timeout=60_000)
        settle(page, quiet_ms=300)
    (record,) = approvals(workspace).values()
    assert (record.approved_by, record.number) == (CHAIR[lang], 1)


def _choose_month(page: Any, lang: str) -> None:
    """The running month: the newest that is over would have to be built first."""
    page.locator(".st-key-filters").get_by_label(text("app.filter.period", lang)).click()
    page.get_by_role("option").filter(has_text=MONTH).click()
    settle(page, quiet_ms=300)


def _taken(page: Any, lang: str, form: str) -> bytes:
    """The bytes of a form of the report, as the browser saved them."""
    button = page.get_by_role("button", name=f"{text('app.reports.get', lang)} {form}", exact=True)
    button.wait_for(timeout=90_000)
    with page.expect_download(timeout=30_000) as told:
        button.click()
    return Path(told.value.path()).read_bytes()
