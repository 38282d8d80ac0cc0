"""Measures of the printed page, shared by the Word template and the PDF: GB/T 9704-2012 for Chinese."""

from __future__ import annotations

from dataclasses import dataclass

MARGINS_MM = {"top": 37, "bottom": 35, "left": 28, "right": 26}
TEXT_WIDTH_MM = 156


@dataclass(frozen=True)
class Layout:
    """Sizes in points; `indent` in hundredths of a character."""

    lang: str
    body: float  # 3号 = 16
    line: float  # 22 lines in 225 mm = 28.95
    title: float  # 2号 = 22
    note: float
    indent: int = 200
    gap: float = 0.0  # between paragraphs


LAYOUTS = {
    "annual.zh": Layout("zh", 16, 28.95, 22, 12),
    "annual.en": Layout("en", 11.5, 16, 20, 9.5, indent=0, gap=5),
    "monthly.zh": Layout("zh", 16, 28.95, 22, 12),
    "weekly.zh": Layout("zh", 14, 24, 22, 11),
    "note.zh": Layout("zh", 14, 24, 22, 11),
    "monthly.en": Layout("en", 11.5, 16, 20, 9.5, indent=0, gap=5),
    "weekly.en": Layout("en", 10.5, 14, 20, 9, indent=0, gap=5),
    "note.en": Layout("en", 11.5, 16, 20, 9.5, indent=0, gap=5),
}
