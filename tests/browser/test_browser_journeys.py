"""In a real browser, by clicks alone: why a number is what it is, and a new export brought to a profile that the door takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ingest.load import load_files
from tests.browser.serving import journey, open_page, serve, settle, skip_reason
from tests.fixtures_publication import make_workspace
from weisu.settings import Workspace
from weisu.texts import text

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(bool(skip_reason()), reason=skip_reason() or "-"),
]
OTHER = {"zh": "en", "en": "zh"}
SWITCH = {"zh": "中文", "en": "English"}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return make_workspace(tmp_path_factory.mktemp("journeys") / "city")


@pytest.fixture(scope="module")
def address(city: Workspace) -> Iterator[str]:
    with serve(city) as at:
        yield at


@pytest.mark.parametrize("lang", ["en", pytest.param("zh", marks=pytest.mark.long)])
def test_number_when_asked_why_then_definition_counts_versions_and_its_table_are_a_click_away(
    address: str, lang: str
) -> None:
    with journey(address, lang) as page:
        definitions = (text(f"kpi.definition.{code}", lang) for code in ("reports", "on_time_share"))
        _ask_why(page, lang, *definitions, "f1f2f3f4", "mart_kpis")  # the version of the data, the table
        page.get_by_test_id("stPopoverBody").get_by_text(text("app.why.to_table", lang)).click()
        page.wait_for_url("**/performance?*")
        settle(page, quiet_ms=300)
        page.get_by_role("radio", name=text("app.period.month", lang), exact=True).click()
        page.get_by_role("radio", name=text("app.performance.group.district", lang), exact=True).click()
        page.wait_for_url("**by=district*")
        settle(page, quiet_ms=300)
        _ask_why(page, lang, "weisu explain kpi on_time_share")  # the way of a month's number down to its tickets
        page.keyboard.press("Escape")
        before = _asked(page)
        _switch(page, OTHER[lang])
        assert _asked(page) == {**before, "lang": [OTHER[lang]]}
        assert text("app.performance.group.district", OTHER[lang]) in page.locator(".st-key-filters").inner_text()
        page.get_by_test_id("stDataFrame").nth(1).wait_for()  # those compared, and the sheet of one of them
        open_page(page, "trends")
        open_page(page, "data")
        assert "f1f2f3f4" in page.locator("dl.facts").last.inner_text()


def _ask_why(page: Any, lang: str, *told: str) -> None:
    """Open the first "why this number" of the page, and read in it what is told."""
    page.get_by_role("button", name=text("app.why.title", lang)).first.click()
    for part in told:
        page.get_by_test_id("stPopoverBody").get_by_text(part).first.wait_for(timeout=10_000)


def _switch(page: Any, lang: str) -> None:
    page.locator(".st-key-head-lang").get_by_text(SWITCH[lang], exact=True).click()
    page.wait_for_url(f"**lang={lang}*")
    settle(page, quiet_ms=300)


def _asked(page: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


HEADERS = {"zh": "流水号,反映日期,反映内容,所在区,受理渠道说明", "en": "Case No,Opened,Complaint,Borough,How it came"}
ROW = {"zh": "2026{n:04d},2026-03-{n:02d} 08:{n:02d}:00,路灯不亮，晚上看不清路,东湖区,电话",
       "en": "C{n:06d},03/{n:02d}/2026 08:{n:02d}:00 AM,Street light out,East Lake,phone"}  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.long)])
def test_export_when_uploaded_confirmed_and_saved_then_the_door_takes_it_by_the_new_profile(
    city: Workspace, address: str, tmp_path: Path, lang: str
) -> None:
    export, name = tmp_path / f"export-{lang}.csv", f"bureau-{lang}"
    export.write_text("\n".join([HEADERS[lang], *(ROW[lang].format(n=n) for n in range(1, 29))]), encoding="utf-8")
    with journey(address, lang) as page:
        open_page(page, "connect")
        page.locator("input[type=file]").set_input_files(export)
        page.get_by_role("textbox", name=text("connect.name", lang)).wait_for(
            timeout=60_000
        )  # read, guessed, and mapped for the preview
        settle(page, quiet_ms=300)
        _choose(page, f"{text('connect.meaning', lang)}: 5", text("connect.field.channel", lang))
        ready = text("connect.lead_ready", lang, columns="|", mapped="|").split("|")[-1]
        page.locator("h1.lead", has_text=ready).wait_for(timeout=60_000)
        settle(page, quiet_ms=300)
        page.get_by_role("textbox", name=text("connect.name", lang)).fill(name)
        page.keyboard.press("Tab")
        page.get_by_role("button", name=text("connect.save", lang), exact=True).click()
        page.get_by_text(f"weisu load {export.name} --source {name}").wait_for(timeout=15_000)
    taken = load_files(city, [export], name, now=dt.datetime(2026, 11, 1))
    assert (taken.new, taken.quarantined) == (28, 0)


def _choose(page: Any, label: str, option: str) -> None:
    """Pick an option of a long list by typing its name, and wait until the page is drawn with it."""
    page.get_by_label(label).click()
    page.keyboard.type(option)
    page.get_by_role("option", name=option, exact=True).click()
    settle(page, quiet_ms=300)
