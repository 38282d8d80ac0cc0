"""Any table of a page as a workbook that says what it is, any chart as a picture."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from dashboards import session
from dashboards.view import View
from reports.renderers.pictures import CHART_FONT, to_png, to_svg
from weisu.identity import stable_id
from weisu.table_files import described_workbook
from weisu.theme import SANS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTH = 720  # px of a chart that fills its column
LONGEST_NAME = 60  # characters of a file's name


def offer(view: View, rows: pl.DataFrame, columns: Mapping[str, Any], *, title: str, key: str) -> None:
    """A quiet button under a table; the workbook is made when somebody asks for it."""
    choices = dict(session.choices())
    st.download_button(
        view.t("export.get"),
        data=lambda: taken(view, rows, columns, title=title, choices=choices),
        file_name=f"{_words(title)}-{view.about.as_of_on}.xlsx",
        mime=XLSX,
        key=f"export-{stable_id(title, key, *rows.columns)}",
        help=view.t("export.help"),
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )


def offer_pictures(made: Any, *, name: str, key: str) -> None:
    """Quiet buttons under a chart; it is drawn again, with bundled fonts, when somebody asks for it."""
    paper, log = session.theme().paper, session.logger()
    with st.container(horizontal=True, key=f"export-{stable_id(name, key)}", gap="small"):
        for ending, mime, draw in (("PNG", "image/png", png_of), ("SVG", "image/svg+xml", svg_of)):
            st.download_button(
                ending,
                data=partial(_drawn, draw, made, paper, name=name, log=log),
                file_name=f"{_words(name)}.{ending.lower()}",
                mime=mime,
                key=f"{ending}-{stable_id(name, key)}",
                on_click="ignore",
                type="tertiary",
                icon=":material/download:",
            )


def taken(view: View, rows: pl.DataFrame, columns: Mapping[str, Any], *, title: str, choices: Mapping[str, str]) -> bytes:  # fmt: skip
    """The workbook, logged before it is given."""
    view.log("export", title, rows=rows.height, columns=rows.columns, choices=dict(choices), form="xlsx")
    return workbook(view, rows, columns, title=title, choices=choices)


def _drawn(draw: Callable[[Any, str], str | bytes], made: Any, paper: str, *, name: str, log: Callable[..., None]) -> str | bytes:  # fmt: skip
    """The picture, logged before it is given."""
    log("export", name, form="svg" if draw is svg_of else "png")
    return draw(made, paper)


def svg_of(made: Any, paper: str) -> str:
    """A chart drawn with the bundled fonts on a ground of colour `paper`; one that fills its column gets a width of its own."""
    told = made.to_dict() | {"background": paper}
    if told.get("width") in (None, "container") and not {"facet", "hconcat", "vconcat"} & told.keys():
        told["width"] = WIDTH
    return to_svg(json.dumps(told).replace(json.dumps(SANS), json.dumps(CHART_FONT)))


def png_of(made: Any, paper: str) -> bytes:
    """The same in pixels."""
    return to_png(svg_of(made, paper))


def _words(name: str) -> str:
    return "-".join(re.findall(r"\w+", name))[:LONGEST_NAME] or "weisu"


def workbook(
    view: View, rows: pl.DataFrame, columns: Mapping[str, Any], *, title: str, choices: Mapping[str, str]
) -> bytes:
    """The rows under the names that readers see, and what they are: city, as-of day, choices, versions, columns."""
    labels = [_label(columns[name], name) for name in rows.columns]
    meanings = [_meaning(columns[name]) for name in rows.columns]
    told = [*_about(view, title, choices), *_columns(view, labels, meanings)]
    said = pl.DataFrame(told, {"name": pl.String, "value": pl.String}, orient="row")
    sheets = view.t("export.rows"), view.t("export.about")
    return described_workbook(rows.rename(dict(zip(rows.columns, _distinct(labels), strict=True))), said, sheets)


def _about(view: View, title: str, choices: Mapping[str, str]) -> list[tuple[str, str]]:
    about = view.about
    notes = [view.t("head.synthetic")] if about.is_synthetic else []
    notes += [note for note in ((about.note_en if view.lang == "en" else about.note),) if note]
    return [
        (view.t("export.title"), title),
        (view.t("export.city"), view.city),
        (view.t("export.as_of"), str(about.as_of_on)),
        (view.t("export.made_at"), view.local(view.read_clock())),
        *choices.items(),
        (view.t("export.data_version"), about.data_version),
        (view.t("export.rules_version"), about.rules_version),
        *((view.t("export.note"), note) for note in notes),
        (view.t("export.use"), view.t("export.internal")),
    ]


def _columns(view: View, labels: list[str], meanings: list[str]) -> list[tuple[str, str]]:
    join = view.t("export.means")
    return [
        (view.t("export.column"), f"{label}{join}{meaning}" if meaning else label)
        for label, meaning in zip(labels, meanings, strict=True)
    ]


def _label(column: Any, name: str) -> str:
    label = column if isinstance(column, str) else (column or {}).get("label")
    return label or name


def _meaning(column: Any) -> str:
    return (column.get("help") or "") if isinstance(column, dict) else ""


def _distinct(labels: list[str]) -> list[str]:
    """The same with a number behind those that stand twice."""
    seen: Counter[str] = Counter()
    made = []
    for label in labels:
        seen[label] += 1
        made.append(label if seen[label] == 1 else f"{label} {seen[label]}")
    return made
