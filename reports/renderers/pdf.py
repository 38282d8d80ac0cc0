"""The PDF form: typst with the bundled fonts alone; archival (PDF/A-2a) and accessible (PDF/UA-1)."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from reports.context import ReportContext
from reports.renderers.blocks import blocks, notices
from reports.renderers.layout import LAYOUTS
from reports.renderers.pictures import FONTS, Picture

TEMPLATE = Path(__file__).resolve().parent.parent / "templates" / "report.typ"
STANDARDS = ["a-2a", "ua-1"]


def write(context: ReportContext, pictures: dict[str, Picture], path: Path) -> Path:
    """Compile the context; the same context gives the same bytes (the time stamp is the as-of day)."""
    import typst

    stamp = int(dt.datetime.combine(dt.date.fromisoformat(context.as_of_on), dt.time(), tzinfo=dt.UTC).timestamp())
    with tempfile.TemporaryDirectory(prefix="weisu-report-") as folder:
        root = Path(folder)
        shutil.copyfile(TEMPLATE, root / "report.typ")
        (root / "report.json").write_text(json.dumps(_data(context), ensure_ascii=False), encoding="utf-8")
        for name, picture in pictures.items():
            (root / f"{name}.svg").write_text(picture.svg, encoding="utf-8")
        options: dict[str, Any] = {
            "font_paths": [str(FONTS)],
            "ignore_system_fonts": True,
            "pdf_standards": STANDARDS,
            "timestamp": stamp,
        }
        path.write_bytes(typst.compile(str(root / "report.typ"), root=str(root), format="pdf", **options))
    return path


def _data(context: ReportContext) -> dict[str, Any]:
    layout = LAYOUTS[f"{context.kind}.{context.lang}"]
    words: dict[str, Any] = {
        "title": context.title.sentence,
        "subtitle": context.subtitle.sentence,
        "draft": context.draft,
        "city": context.city,
        "lang": context.lang,
    }
    day = dt.date.fromisoformat(context.as_of_on)
    words |= {"date": {"year": day.year, "month": day.month, "day": day.day}}
    sizes = {"body": layout.body, "line": layout.line, "title": layout.title, "note": layout.note, "gap": layout.gap}
    return words | {
        "layout": sizes,
        "notices": notices(context),
        "blocks": [b.plain() for b in blocks(context)],
    }
