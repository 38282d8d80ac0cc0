"""The forms of one context: to read, to edit (json) and to compute with (xlsx)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reports.context import ReportContext
from reports.errors import ReportError
from weisu.drafts import draft_of

FORMATS = ("docx", "pdf", "html")  # written when none is named
ALL_FORMATS = (*FORMATS, "xlsx", "json")


def render(context: ReportContext, formats: Sequence[str], out_dir: Path) -> list[Path]:
    """Write the context in each of `formats` and return the paths; a form is complete or not there.

    Raises:
        ReportError: an unknown format, or the folder cannot be written.
    """
    if unknown := [name for name in formats if name not in ALL_FORMATS]:
        raise ReportError(
            f"unknown format {unknown[0]!r}", where="--format", todo=f"choose from {','.join(ALL_FORMATS)}"
        )
    from reports.renderers import docx, html, pdf, workbook
    from reports.renderers.pictures import draw_all

    try:
        out_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReportError(
            f"cannot be written ({error.strerror})", where=str(out_dir), todo="choose another folder with -o"
        ) from error
    drawn = set(formats) & set(FORMATS)
    pictures = draw_all(context, png=bool({"docx", "html"} & drawn)) if drawn else {}
    writers = {"docx": docx.write, "pdf": pdf.write, "html": html.write, "xlsx": workbook.write, "json": _write_json}
    return [
        _whole(writers[name], context, pictures, out_dir / f"{context.name}.{name}") for name in dict.fromkeys(formats)
    ]


def _whole(write: object, context: ReportContext, pictures: dict, path: Path) -> Path:
    with draft_of(path) as draft:
        write(context, pictures, draft)
    return path


def _write_json(context: ReportContext, pictures: dict, path: Path) -> Path:
    path.write_text(context.to_json(), encoding="utf-8")
    return path
