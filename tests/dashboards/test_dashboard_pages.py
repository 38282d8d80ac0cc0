"""Every page on a full and on an empty publication, in both languages; acts from the desk; broken publications."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboards.shell import SCREENS
from tests.fixtures_publication import make_workspace
from weisu.model_cards import read_cards, write_card
from weisu.publishing import current
from weisu.saved_views import FILTERS
from weisu.settings import Workspace
from weisu.store import append_act, list_acts, open_store


def script(name: str) -> None:
    from dashboards.shell import main

    main(only=name)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Workspace]:
    folder = tmp_path_factory.mktemp("cities")
    return {"full": make_workspace(folder / "full"), "empty": make_workspace(folder / "empty", filled=False)}


@pytest.fixture
def city(built: dict[str, Workspace], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A private copy of the full city, for tests that act."""
    shutil.copytree(built["full"].root, tmp_path / "city")
    monkeypatch.setenv("WEISU_WORKSPACE", str(tmp_path / "city"))
    return Workspace(tmp_path / "city")


def open_page(name: str, **params: str) -> AppTest:
    at = AppTest.from_function(script, args=(name,), default_timeout=60)
    for key, value in params.items():
        at.query_params[key] = value
    return at.run()


def words(at: AppTest) -> str:
    return " ".join(str(element.proto.body) for element in at.get("html"))


@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_page_when_publication_is_full_then_conclusion_and_no_failed_part(
    built: dict[str, Workspace], monkeypatch: pytest.MonkeyPatch, name: str, lang: str
) -> None:
    monkeypatch.setenv("WEISU_WORKSPACE", str(built["full"].root))
    at = open_page(name, lang=lang)
    shown = words(at)
    assert not at.exception
    assert shown.count('class="lead"') == 1
    assert "weisu doctor" not in shown  # no part failed
    assert ("合成数据" in shown) == (lang == "zh")
    assert ("Synthetic data" in shown) == (lang == "en")
    assert all(f"kept.{kept}" in at.session_state for kept in FILTERS.get(name, ()))  # what a saved view may keep


@pytest.mark.parametrize("name", SCREENS)
def test_page_when_publication_is_empty_then_says_so_and_stands(
    built: dict[str, Workspace], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("WEISU_WORKSPACE", str(built["empty"].root))
    at = open_page(name)
    shown = words(at)
    assert not at.exception
    assert 'class="empty"' in shown
    assert "weisu doctor" not in shown


def test_page_when_a_table_is_missing_then_only_that_part_fails(city: Workspace) -> None:
    path = current(city).path
    path.chmod(0o640)
    with duckdb.connect(str(path)) as con:
        con.execute("drop table marts.mart_kpis")
    at = open_page("today", lang="en")
    assert not at.exception
    assert "cannot be shown" in words(at)
    assert "Decide" in words(at)


@pytest.mark.parametrize("damage", ["none published", "garbage"])
def test_app_when_nothing_can_be_opened_then_one_clear_line(city: Workspace, damage: str) -> None:
    if damage == "garbage":
        path = current(city).path
        path.chmod(0o640)
        path.write_bytes(b"not a database" * 100)
    else:
        shutil.rmtree(city.publications)
    at = open_page("today")
    assert not at.exception
    assert "还没有可看的数据" in words(at)


def test_desk_when_link_names_an_alert_then_that_alert_is_open(city: Workspace) -> None:
    at = open_page("alerts", alert="al10")  # closed: not in the default list of open ones
    assert not at.exception
    assert at.radio[0].value == "al10"


def test_desk_when_an_alert_is_of_the_whole_city_then_named_in_the_readers_language(city: Workspace) -> None:
    path = current(city).path
    path.chmod(0o640)
    with duckdb.connect(str(path)) as con:
        con.execute(
            "update marts.mart_alerts set area_key = '*', area = '示例市', expected = 0.04 where alert_id = 'al11'"
        )
    at = open_page("alerts", alert="al01", lang="en")
    similar = next(table.value for table in at.dataframe if "outcome" in table.value.columns)
    row = similar[similar["raised_on"] == similar["raised_on"].min()].iloc[0]
    assert (row["area"], row["expected"]) == ("Whole city", "under 0.1")


def test_silence_when_an_area_is_nearly_surely_silent_then_never_called_certain(city: Workspace) -> None:
    path = current(city).path
    path.chmod(0o640)
    with duckdb.connect(str(path)) as con:
        con.execute("update marts.mart_silence set probability = 0.99999, expected_13w = 39.84")
    silent = next(
        table.value for table in open_page("silence", depth="2").dataframe if "expected_13w" in table.value.columns
    )
    assert set(silent["probability"]) == {"> 99.9 %"}
    assert set(silent["expected_13w"]) == {"40"}


def test_desk_when_link_names_an_unknown_alert_then_first_of_the_list(city: Workspace) -> None:
    assert open_page("alerts", alert="<script>").radio[0].value == "al01"


def test_desk_when_confirmed_then_status_changes_at_once_and_undo_brings_it_back(city: Workspace) -> None:
    at = open_page("alerts", alert="al01", lang="en")
    fill(at, "confirm-al01-None", reason="checked by phone", actor="A")
    assert "Confirmed, to send" in words(at)
    engine = open_store(city)
    (act,) = list_acts(engine)
    assert (act.alert_id, act.act, act.reason, act.actor) == ("al01", "confirm", "checked by phone", "A")
    fill(at, f"undo-al01-{act.act_id}", reason="wrong row", actor="A")
    assert "To review" in words(at)
    assert [a.act for a in list_acts(engine)] == ["confirm", "undo"]
    engine.dispose()


def test_desk_when_reason_is_missing_then_nothing_is_written(city: Workspace) -> None:
    at = open_page("alerts", alert="al01", lang="en")
    fill(at, "confirm-al01-None", reason=" ", actor="A")
    assert any("Please give a reason" in t.value for t in at.text)
    engine = open_store(city)
    assert list_acts(engine) == []
    engine.dispose()


def test_desk_when_another_person_acted_first_then_the_later_act_is_refused(city: Workspace, now: object) -> None:
    at = open_page("alerts", alert="al01", lang="en")
    engine = open_store(city)
    append_act(engine, alert_id="al01", act="dismiss", actor="B", reason="duplicate", now=now, seen=None, mask=str)  # type: ignore[arg-type]
    fill(at, "confirm-al01-None", reason="real", actor="A")
    assert [a.actor for a in list_acts(engine)] == ["B"]
    assert any("Someone else" in t.value for t in at.toast)
    engine.dispose()


def test_language_when_switched_then_choices_stay(city: Workspace) -> None:
    at = open_page("alerts", alert="al03", lang="zh", show="all")
    at.button_group(key="w.lang").set_value("en").run()
    assert at.radio[0].value == "al03"
    assert "To review" in words(at)
    assert at.query_params["lang"] in ("en", ["en"])


def test_filters_when_set_in_the_address_then_applied(city: Workspace) -> None:
    at = open_page("trends", area="东湖区", category="公用事业->停水停电")
    assert at.selectbox(key="w.area").value == "东湖区"
    assert at.selectbox(key="w.category").value == "公用事业->停水停电"


def fill(at: AppTest, key: str, *, reason: str, actor: str) -> None:
    at.text_area(key=f"reason-{key}").set_value(reason)
    at.text_input(key=f"actor-{key}").set_value(actor)
    at.button(key=f"do-{key}").click().run()


def test_reports_when_files_are_there_then_listed_newest_first_and_links_outside_left_out(
    city: Workspace, tmp_path: Path
) -> None:
    from dashboards.screens.reports import find_reports

    city.reports.mkdir(parents=True)
    for name in ("monthly-2026-02.docx", "monthly-2026-03.docx", "monthly-2026-03.pdf"):
        (city.reports / name).write_bytes(b"report")
    secret = tmp_path / "secret.pdf"
    secret.write_bytes(b"secret")
    (city.reports / "linked.pdf").symlink_to(secret)
    assert {p.name for p in find_reports(city.reports)} == {
        "monthly-2026-02.docx",
        "monthly-2026-03.docx",
        "monthly-2026-03.pdf",
    }
    at = open_page("reports", lang="en")
    assert not at.exception
    assert "2 in all" in words(at)


def test_reports_when_a_draft_is_approved_then_it_has_a_number_and_is_shown(city: Workspace) -> None:
    from reports import monthly
    from reports.renderers import render

    render(monthly.make(current(city).path, "2026-03", "zh"), ["json", "html"], city.reports)
    at = open_page("reports", lang="zh")
    at.text_input[0].set_value("王主任")
    next(b for b in at.button if b.label == "批准并编号").click()
    at = at.run()
    assert not at.exception
    assert any(t.value.startswith("2026年第1号，王主任 于") for t in at.text)
    assert (city.reports / "approved" / "monthly-2026-001-zh" / "approval.json").is_file()


@pytest.mark.parametrize(
    ("kind", "first", "newest", "is_over", "oldest"),
    [
        ("monthly", dt.date(2025, 12, 20), "2026-03", False, "2025-12"),
        ("monthly", dt.date(2020, 1, 1), "2026-03", False, "2025-02"),
        ("weekly", dt.date(2026, 1, 1), "2026-W13", True, "2026-W01"),
        ("monthly", None, "2026-03", False, "2026-03"),
        ("annual", dt.date(2025, 2, 3), "2026", False, "2025"),
        ("annual", dt.date(2015, 2, 3), "2026", False, "2022"),
    ],
)
def test_reports_when_periods_are_offered_then_only_those_with_data(
    kind: str, first: dt.date | None, newest: str, is_over: bool, oldest: str
) -> None:
    from dashboards.screens.reports import periods

    found = periods(kind, first, dt.date(2026, 3, 29))
    assert (next(iter(found.items())), list(found)[-1]) == ((newest, is_over), oldest)


def test_reports_when_the_command_refuses_then_its_one_line_is_shown(
    city: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = open_page("reports", lang="en")
    at.button(key="write-report").click().run(timeout=120)  # the fixture has no ledger
    assert not at.exception
    assert any("nothing loaded yet" in text.value for text in at.text)


def test_foresight_when_a_series_is_expected_above_its_usual_then_it_leads(city: Workspace) -> None:
    path = current(city).path
    path.chmod(0o640)
    with duckdb.connect(str(path)) as con:
        con.execute("update marts.mart_forecasts set usual = 20.0 where category_key = '公用事业->停水停电'")
    at = open_page("foresight", level_of="city")
    assert not at.exception
    assert "预计为平常的 2.1" in words(at)
    assert at.dataframe[0].value["expected"].tolist()[0] == 166  # 40 + 41 + 42 + 43


def test_foresight_shows_where_else_and_what_follows(city: Workspace) -> None:
    at = open_page("foresight", level_of="city", lang="en")
    places = next(table.value for table in at.dataframe if "shared" in table.value.columns)
    assert places["area"].tolist()[0] == "西山区 / 四方街道 / 1社区"
    assert places["shared"].tolist()[:2] == ["same firm, built about the same year", "—"]
    (pair,) = (table.value for table in at.dataframe if "lift" in table.value.columns)
    assert pair["interval"].tolist() == ["1.6–2.9"]
    assert "nothing is expected clearly above its usual" in words(at)


def test_models_when_a_card_is_signed_then_it_says_by_whom_and_can_be_taken_back(city: Workspace) -> None:
    folder = city.var / "models"
    card = {
        "model": "forecast",
        "version": "1+ab",
        "rules_version": "1",
        "data": {"city": "澄江市"},
        "thresholds": {},
        "measured": [],
        "bias": {},
    }
    write_card(folder, card)
    at = open_page("models")
    assert not at.exception
    assert "1 个模型已备案，1 个尚未批准" in words(at)
    for name in ("李主任", ""):
        at = open_page("models")
        at.text_input[0].set_value("监测科")
        at.text_input[1].set_value(name)
        at.button[0].click().run()
        (kept,) = read_cards(folder)
        assert (kept["owner"], kept["approved_by"]) == ("监测科", name or None)
    assert "批准人: 未填写" in (folder / "forecast.zh.md").read_text(encoding="utf-8")


def test_models_when_alerts_were_reviewed_then_each_signal_shows_its_share(city: Workspace) -> None:
    shown = open_page("models", lang="en").dataframe[0].value
    assert (shown["confirmed"] + shown["dismissed"] <= shown["alerts"]).all()
    assert shown["confirmed"].sum() > 0


def test_issues_are_ranked_by_persons_and_one_shows_its_tickets(city: Workspace) -> None:
    at = open_page("issues", days="90")
    assert not at.exception
    ranked, tickets, settled, unsettled = (table.value for table in at.dataframe)
    assert (ranked["reports"] >= 3).all()
    assert (ranked["persons"] <= ranked["reports"]).all()
    assert "人反映" in words(at)
    for cases in (settled, unsettled):
        assert 0 < len(cases) <= 5
        assert (cases["likeness"] >= 0.3).all()
        assert not set(cases["ticket_id"]) & set(tickets["ticket_id"])
    assert len(tickets) >= ranked["reports"].tolist()[0]
    assert "person_hash" not in tickets.columns


def test_issues_when_the_publication_has_no_index_of_cases_then_it_says_so_and_the_page_stands(city: Workspace) -> None:
    path = current(city).path
    path.chmod(0o640)
    with duckdb.connect(str(path)) as con:
        con.execute("drop table marts.mart_similar_cases")
    at = open_page("issues", days="90", lang="en")
    assert not at.exception
    assert "no index of cases" in words(at)
    assert "weisu doctor" not in words(at)


def test_issues_when_nothing_repeats_then_the_page_says_so(city: Workspace) -> None:
    path = current(city).path
    path.chmod(0o640)
    with duckdb.connect(str(path)) as con:
        con.execute("update marts.fct_tickets set issue_key = ticket_key")
    assert "No hot issue in 28 days" in words(open_page("issues", lang="en"))
