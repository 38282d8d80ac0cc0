"""Three forms of one context."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reports.context import ReportContext
from reports.errors import ReportError
from weisu.drafts import draft_of

FORMATS = ("docx", "pdf", "html")


def render(context: ReportContext, formats: Sequence[str], out_dir: Path) -> list[Path]:
    """Write the context in each of `formats` and return the paths; a form is complete or not there.

    Raises:
        ReportError: an unknown format, or the folder cannot be written.
    """
    if unknown := [name for name in formats if name not in FORMATS]:
        raise ReportError(f"unknown format {unknown[0]!r}", where="--format", todo=f"choose from {','.join(FORMATS)}")
    from reports.renderers import docx, html, pdf
    from reports.renderers.pictures import draw_all

    try:
        out_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReportError(
            f"cannot be written ({error.strerror})", where=str(out_dir), todo="choose another folder with -o"
        ) from error
    pictures = draw_all(context, png=bool({"docx", "html"} & set(formats)))
    writers = {"docx": docx.write, "pdf": pdf.write, "html": html.write}
    return [
        _whole(writers[name], context, pictures, out_dir / f"{context.name}.{name}") for name in dict.fromkeys(formats)
    ]


def _whole(write: object, context: ReportContext, pictures: dict, path: Path) -> Path:
    with draft_of(path) as draft:
        write(context, pictures, draft)
    return path
