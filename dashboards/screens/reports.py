"""报告 Reports: what was written, to open or download."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import streamlit as st

from dashboards.parts import empty, lead, small_title
from dashboards.view import View

KINDS = {".docx": "Word", ".pdf": "PDF", ".html": "HTML", ".xlsx": "Excel"}
SHOWN = 60


def show(view: View) -> None:
    """Draw the page."""
    files = find_reports(view.workspace.reports)
    if not files:
        lead(view.t("reports.lead_none"))
        return empty(view.t("reports.none"), "", view.t("reports.todo", month=f"{view.about.as_of_on:%Y-%m}"))
    lead(view.t("reports.lead", n=len(files), name=files[0].stem))
    for stem in list(dict.fromkeys(f.with_suffix("") for f in files))[:SHOWN]:
        _report(view, stem, [f for f in files if f.with_suffix("") == stem])
    return None


def find_reports(folder: Path) -> list[Path]:
    """Report files under the folder, newest first; links that lead outside are left out."""
    if not folder.is_dir():
        return []
    root = folder.resolve()
    found = [p for p in folder.rglob("*") if p.suffix in KINDS and p.is_file() and p.resolve().is_relative_to(root)]
    return sorted(found, key=lambda p: (-p.stat().st_mtime_ns, p.name))


def _report(view: View, stem: Path, files: list[Path]) -> None:
    written = dt.datetime.fromtimestamp(files[0].stat().st_mtime, tz=dt.UTC).replace(tzinfo=None)
    with st.container(key=f"row-report-{abs(hash(stem))}", horizontal=True, vertical_alignment="center"):
        small_title(stem.name, view.t("reports.written", at=view.local(written)))
        for file in sorted(files, key=lambda f: list(KINDS).index(f.suffix)):
            st.download_button(
                KINDS[file.suffix], data=file.read_bytes, file_name=file.name, key=f"get-{file}", on_click="ignore"
            )
