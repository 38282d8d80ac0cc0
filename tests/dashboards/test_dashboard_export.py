"""Any table of a page as a workbook that says what it is."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import fastexcel
import polars as pl
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboards.export import png_of, svg_of, workbook
from dashboards.queries.marts import Marts
from dashboards.view import View
from tests.fixtures_publication import make_workspace
from weisu.charts import bar_list
from weisu.publishing import current
from weisu.store import open_store
from weisu.theme import LIGHT, SANS

NOW = dt.datetime(2026, 4, 1, 1, 30)
ROWS = pl.DataFrame({"area": ["东街", "=1+1"], "reports": [3, None], "expected": [2.5, 0.5]})


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> View:
    place = make_workspace(tmp_path_factory.mktemp("export") / "city")
    publication = current(place)
    marts = Marts(publication.path, publication.name)
    return View(place, marts, marts.about(), open_store(place), "zh", LIGHT, lambda: NOW, NOW)


def read(data: bytes) -> dict[str, list[tuple]]:
    book = fastexcel.read_excel(data)
    return {
        name: book.load_sheet(name, header_row=None, dtypes="string").to_polars().rows() for name in book.sheet_names
    }


def columns() -> dict[str, object]:
    return {
        "area": st.column_config.TextColumn("地区"),
        "reports": st.column_config.NumberColumn("件数", help="受理的诉求"),
        "expected": "件数",
    }


def test_rows_stand_under_the_names_that_readers_see(view: View) -> None:
    sheets = read(workbook(view, ROWS, columns(), title="各区件数", choices={"周期": "月"}))
    assert list(sheets) == ["数据", "说明"]
    assert sheets["数据"] == [("地区", "件数", "件数 2"), ("东街", "3", "2.5"), ("'=1+1", None, "0.5")]


def test_the_second_sheet_says_what_they_are(view: View) -> None:
    told = read(workbook(view, ROWS, columns(), title="各区件数", choices={"周期": "月"}))["说明"]
    assert ("表名", "各区件数") in told
    assert ("数据截止", str(view.about.as_of_on)) in told
    assert ("数据版本", view.about.data_version) in told
    assert ("周期", "月") in told
    assert ("列", "件数：受理的诉求") in told
    english = read(workbook(replace(view, lang="en"), ROWS, columns(), title="Reports", choices={}))
    assert ("Table", "Reports") in english["About"]


def script() -> None:
    from dashboards.shell import main

    main(only="data")


def test_every_table_and_chart_of_a_page_can_be_had(
    view: View, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEISU_WORKSPACE", str(view.workspace.root))
    at = AppTest.from_function(script, default_timeout=60).run()
    assert not at.exception
    labels = [button.label for button in at.get("download_button")]
    assert labels.count("导出 Excel") == len(at.dataframe) > 0
    assert labels.count("PNG") == labels.count("SVG") == len(at.get("vega_lite_chart")) > 0


def test_every_chart_can_be_had_as_a_picture(view: View) -> None:
    rows = pl.DataFrame({"label": ["东街", "西街"], "value": [3.0, 5.0]})
    made = bar_list(rows, lang="zh", theme=LIGHT)
    svg = svg_of(made, LIGHT.paper)
    assert "东街" in svg
    assert SANS not in svg
    assert png_of(made, LIGHT.paper).startswith(b"\x89PNG")
