"""`weisu explain alert|kpi`: from a published number down to ticket versions and rule versions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from weisu.cli.options import JsonOption, WorkspaceOption
from weisu.errors import CheckFailed
from weisu.texts import check_language, text

if TYPE_CHECKING:
    from weisu.explanations import Check, Explanation
    from weisu.settings import Workspace

LangOption = Annotated[str | None, typer.Option("--lang", help="zh or en; default: the city's language.")]
HIDDEN = {"evidence", "title_zh", "title_en", "why_zh", "why_en"}  # shown in words, or for machines only


def register(app: typer.Typer) -> None:
    """Add the commands."""
    explain = typer.Typer(no_args_is_help=True, help="Trace a published number down to ticket and rule versions.")
    explain.command("alert")(alert_command)
    explain.command("kpi")(kpi_command)
    app.add_typer(explain, name="explain")


def alert_command(
    alert_id: Annotated[str, typer.Argument(metavar="ID", help="As in weisu export alerts.")],
    lang: LangOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print what an alert rests on; exit 1 when a recount from the tickets differs."""
    from weisu.explanations import explain_alert

    place, lang = _place(workspace, lang)
    found = explain_alert(place, alert_id)
    row = found.subject
    title = text("explain.title.alert", lang, alert_id=alert_id, level=row["level"], title=row[f"title_{lang}"])
    _tell(found, [title, row[f"why_{lang}"]], lang, as_json)


def kpi_command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="kpi_code, for example on_time_share.")],
    area: Annotated[str, typer.Option("--area", help="Key or name; * = the whole city.")],
    month: Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="The calendar month.")],
    category: Annotated[str, typer.Option("--category", help="Key or name; * = all.")] = "*",
    unit: Annotated[str | None, typer.Option("--unit", help="One handling unit; only with --area '*'.")] = None,
    lang: LangOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print how a month's indicator was counted; exit 1 when a recount from the tickets differs."""
    from weisu.explanations import explain_kpi

    place, lang = _place(workspace, lang)
    found = explain_kpi(place, name, area=area, month=month, category=category, unit=unit)
    row = found.subject
    where = text("explain.whole_city", lang) if row["area_key"] == "*" else row["area_key"]
    what = text("explain.all_categories", lang) if row["category_key"] == "*" else row["category_key"]
    if unit is not None:
        what += ", " + text("explain.of_unit", lang, unit=unit)
    title = text(
        "explain.title.kpi", lang, name=_kpi_name(name, lang), code=name, area=where, category=what, month=month
    )
    _tell(found, [title], lang, as_json)


def _place(workspace: Path | None, lang: str | None) -> tuple[Workspace, str]:
    from weisu.settings import find_workspace

    place = find_workspace(workspace)
    lang = lang or place.settings().city.language
    check_language(lang)
    return place, lang


def _kpi_name(code: str, lang: str) -> str:
    try:
        return text(f"kpi.name.{code}", lang)
    except KeyError:
        return code


def _tell(found: Explanation, opening: list[str], lang: str, as_json: bool) -> None:
    """Print, then fail when the recount differs."""
    if as_json:
        typer.echo(json.dumps(found.as_dict(), ensure_ascii=False, default=str))
    else:
        typer.echo("\n".join([*opening, *_lines(found, lang)]))
    if not found.agrees:
        raise CheckFailed(text("explain.check.failed", lang), todo=text("explain.check.todo", lang))


def _lines(found: Explanation, lang: str) -> list[str]:
    from weisu.dictionary import grain_of

    sections: dict[str, list[str]] = {
        "publication": [text("explain.publication", lang, **found.publication)],
        "row": [f"{name} = {_shown(value, lang)}" for name, value in found.subject.items() if name not in HIDDEN],
        "path": [
            f"{'↓ ' if n else ''}{t['table']} ({t['layer']}) {grain_of(t['description'], lang)}"
            for n, t in enumerate(found.path)
        ],
        "steps": [f"{step['tickets']:>10,}  {text('explain.step.' + step['code'], lang)}" for step in found.steps],
        "checks": _checks(found, lang),
        "rules": [text("explain.rule", lang, **_known(rule, lang)) for rule in found.rules],
        "loads": [text("explain.load", lang, **_known(load, lang)) for load in found.loads],
        "tickets": [text("explain.ticket", lang, **_known(ticket, lang)) for ticket in found.tickets],
    }
    return [line for name, lines in sections.items() if lines for line in _section(name, lines, lang)]


def _section(name: str, lines: list[str], lang: str) -> list[str]:
    return ["", text(f"explain.head.{name}", lang), *(f"  {line}" for line in lines)]


def _checks(found: Explanation, lang: str) -> list[str]:
    lines = [_check(check, lang) for check in found.checks] or [text("explain.check.none", lang)]
    lines.append(text("explain.versions", lang, **found.versions))
    if found.versions["missing"]:
        lines.append(text("explain.missing", lang, **found.versions))
    return lines


def _check(check: Check, lang: str) -> str:
    key = "explain.check.same" if check.agrees else "explain.check.differs"
    values = {name: _shown(getattr(check, name), lang) for name in ("published", "recounted")}
    return text(key, lang, what=check.what, **values)


def _known(row: dict[str, Any], lang: str) -> dict[str, str]:
    return {name: _shown(value, lang) for name, value in row.items()}


def _shown(value: object, lang: str) -> str:
    if value is None:
        return text("explain.unknown", lang)
    return (
        f"{value:.6g}"
        if isinstance(value, float) and value % 1
        else f"{value:.0f}"
        if isinstance(value, float)
        else str(value)
    )
