"""The web form: one file, styles on each element (mail and WeChat drop style sheets), charts inside; nothing is fetched, nothing runs."""

from __future__ import annotations

import base64
from pathlib import Path

from reports.context import ReportContext
from reports.renderers.blocks import blocks, notices
from reports.renderers.pictures import Picture

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


def write(context: ReportContext, pictures: dict[str, Picture], path: Path) -> Path:
    """Fill the template with escaping on, then move the styles onto the elements."""
    import css_inline
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from weisu.theme import LIGHT

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    images = {
        name: f"data:image/png;base64,{base64.b64encode(picture.png).decode()}" for name, picture in pictures.items()
    }
    page = environment.get_template("report.html.j2").render(
        title=context.title.sentence, subtitle=context.subtitle.sentence, draft=context.draft, lang=context.lang, theme=LIGHT, images=images,
        notices=notices(context), blocks=[b.plain() for b in blocks(context)],
    )  # fmt: skip
    path.write_text(
        css_inline.CSSInliner(keep_style_tags=False, load_remote_stylesheets=False).inline(page), encoding="utf-8"
    )
    return path
