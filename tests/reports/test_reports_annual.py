"""The annual report: it tells what the year's open data tell and nothing else, and compares only what was on record in both years."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
import typer

from reports import annual
from reports.context import Figure, ReportContext, section_claims
from reports.open_data.cells import ALL, first_release
from reports.open_data.releases import Edition, OpenDataError
from reports.periods import year_of
from reports.renderers import render
from reports.wording import Wording
from reports.yearbook import Yearbook
from tests.fixtures_publication import make_workspace
from weisu.cli.report import register
from weisu.publishing import current
from weisu.settings import Workspace

WORDS = Wording("zh")


def edition(year: int, counts: dict[str, list[int]], months: int = 12) -> Edition:
    """A year of one district with two streets; category -> reports of each month in each street."""
    names = tuple(f"{year}-{n:02}" for n in range(1, months + 1))
    base = {("东区", f"东区/{street}", category, month): n for street in ("一街", "二街") for category, row in counts.items() for month, n in zip(names, row, strict=False) if n}  # fmt: skip
    return Edition(year, 1, first_release(base, names), {})


STEADY = {"环境": [20] * 12, "住房": [30] * 12}


def texts(figures: tuple[Figure, ...]) -> list[str]:
    return [figure.text for figure in figures]


def test_counts_stand_beside_those_of_the_year_before() -> None:
    book = Yearbook(edition(2025, {"环境": [25] * 12, "住房": [30] * 12}), edition(2024, STEADY))
    assert texts(book.figures(WORDS)) == ["1,320", "1,200", "+10%"]
    assert texts(book.figures(WORDS, category="环境", month="2025-03")) == ["50", "40", "+25%"]
    assert book.categories == ["住房", "环境"]
    assert book.districts == ["东区"]


def test_a_category_that_came_within_the_two_years_is_no_growth_and_neither_is_the_total() -> None:
    late = {"环境": [20] * 12, "住房": [0] * 9 + [30] * 3}
    book = Yearbook(edition(2025, STEADY), edition(2024, late))
    assert texts(book.figures(WORDS, category="住房")) == ["720", "180", "—"]
    assert texts(book.figures(WORDS, category="环境")) == ["480", "480", "±0%"]
    assert texts(book.figures(WORDS)) == ["1,200", "660", "—"]
    gone = Yearbook(edition(2025, {"环境": [20] * 12, "住房": [30] * 8 + [0] * 4}), edition(2024, STEADY))
    assert texts(gone.figures(WORDS, category="住房"))[2] == "—"


@pytest.mark.parametrize("before", [None, edition(2024, STEADY, months=11)])
def test_without_a_whole_year_before_nothing_is_compared(before: Edition | None) -> None:
    assert texts(Yearbook(edition(2025, STEADY), before).figures(WORDS)) == ["1,200", "—", "—"]


def test_what_the_open_data_withhold_is_withheld() -> None:
    few = edition(2025, {"环境": [20] * 12, "住房": [1] + [0] * 11})
    assert (ALL, ALL, "住房", ALL) in few.release.hidden
    now, _, change = Yearbook(few, edition(2024, STEADY)).figures(WORDS, category="住房")
    assert (now.value, now.text, change.text) == (None, "若干", "—")


@pytest.mark.parametrize("code", ["25", "2025-01", "0999", "year"])
def test_what_is_no_year_is_refused(code: str) -> None:
    with pytest.raises(Exception, match="is not a year"):
        year_of(code)


def test_the_year_before_is_what_a_year_is_compared_with() -> None:
    year = year_of("2024")
    assert (year.window.days, year.previous.first_on.isoformat(), year.previous.last_on.isoformat()) == (
        366,
        "2023-01-01",
        "2023-12-31",
    )


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return make_workspace(tmp_path_factory.mktemp("annual") / "city")


@pytest.fixture(scope="module")
def book(city: Workspace) -> Yearbook:
    return annual.read_yearbook(city, 2025)


@pytest.fixture(scope="module", params=["zh", "en"])
def context(request: pytest.FixtureRequest, city: Workspace, book: Yearbook) -> ReportContext:
    return annual.make(current(city).path, book, request.param)


def test_every_count_of_the_report_is_one_of_the_open_data(context: ReportContext, book: Yearbook) -> None:
    released = dict(book.edition.release.rows())
    tables = {section.code: section.tables[0] for section in context.sections if section.tables}
    for code, place in (("months", 3), ("categories", 2), ("districts", 0)):
        told = sorted(row[1].value for row in tables[code].rows if row[1].value is not None)
        cells = [
            cell for cell in released if [i for i, part in enumerate(cell) if part != ALL] == [place] and cell[place]
        ]
        assert told == sorted(released[cell] for cell in cells if released[cell] is not None)
    told = [
        f
        for s in context.sections
        for c in section_claims(s)
        for f in c.figures
        if f.source.startswith("open data 2025 v1")
    ]
    assert told
    assert {f.value for f in told if "share" not in f.name} <= {*released.values(), None}


def test_a_year_that_the_data_do_not_cover_from_end_to_end_is_compared_with_nothing(context: ReportContext) -> None:
    said = " ".join(c.sentence for c in section_claims(context.sections[0]))
    assert ("总数不作比较" in said) or ("totals are not compared" in said)
    assert len(context.sections[1].tables[0].columns) == 2


def test_the_report_comes_in_every_form_with_its_draft_mark(context: ReportContext, tmp_path: Path) -> None:
    made = {path.suffix: path for path in render(context, ["docx", "html", "json", "xlsx"], tmp_path)}
    assert ZipFile(made[".docx"]).testzip() is None
    assert context.draft in made[".html"].read_text(encoding="utf-8")
    assert json.loads(made[".json"].read_text(encoding="utf-8"))["kind"] == "annual"


@pytest.fixture
def weisu(city: Workspace, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    app = typer.Typer(pretty_exceptions_enable=False)
    register(app)

    def call(*arguments: str) -> str:
        app(["report", "annual", *arguments, "--workspace", str(city.root)], standalone_mode=False)
        return capsys.readouterr().out

    return call


def test_the_command_writes_it_and_refuses_a_year_that_is_not_over(weisu: Callable[..., str], tmp_path: Path) -> None:
    told = json.loads(weisu("--year", "2025", "--lang", "en", "--format", "json", "-o", str(tmp_path), "--json"))
    assert told["files"] == [str(tmp_path / "annual-2025-en.json")]
    with pytest.raises(OpenDataError, match="not over"):
        weisu("--year", "2026")
