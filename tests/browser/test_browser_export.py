"""In a real browser: any table of a page is had as a workbook that says what it is."""

from __future__ import annotations

from pathlib import Path

import fastexcel
import pytest

from tests.browser.serving import CHROMIUM, FLAGS, serve, settle, skip_reason
from tests.fixtures_publication import make_workspace

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(bool(skip_reason()), reason=skip_reason() or "-"),
]


def test_a_table_when_asked_for_comes_as_a_workbook_with_its_choices(tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    with serve(make_workspace(tmp_path / "city"), processes=2) as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        page = browser.new_page(viewport={"width": 1366, "height": 2400}, locale="zh-CN", accept_downloads=True)
        page.goto(f"{address}/degrees?lang=zh&period=month")
        settle(page)
        with page.expect_download(timeout=20_000) as told:
            page.get_by_role("button", name="导出 Excel").first.click()
        assert told.value.suggested_filename.startswith("排名-")
        told.value.save_as(tmp_path / "table.xlsx")
        browser.close()
    book = fastexcel.read_excel(tmp_path / "table.xlsx")
    assert book.sheet_names == ["数据", "说明"]
    assert book.load_sheet("数据").height
    about = book.load_sheet("说明", header_row=None).to_polars().rows()
    assert ("表名", "排名") in about
    assert ("周期", "月") in about


def test_an_export_when_uploaded_then_met_by_the_process_that_draws_the_page(tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    export = tmp_path / "tickets.csv"
    rows = [f"{20260300 + day},2026-03-{day:02d} 08:00:00,路灯不亮,东区" for day in range(1, 29)]
    export.write_text("\n".join(["工单编号,诉求时间,诉求内容,区县", *rows]), encoding="utf-8")
    with serve(make_workspace(tmp_path / "city"), processes=2) as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        for _ in range(2):  # browsers of both processes
            page = browser.new_context(locale="zh-CN").new_page()
            page.goto(f"{address}/connect?lang=zh")
            settle(page)
            page.locator("input[type=file]").set_input_files(export)
            page.get_by_text("工单编号").first.wait_for(timeout=60_000)
        browser.close()
