"""The tokens of the look: one set of colours, sizes and type for the app, the charts and the reports."""

from __future__ import annotations

from dataclasses import dataclass, replace

SANS = "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', 'Source Han Sans SC', 'Helvetica Neue', Arial, sans-serif"
SERIF = "'FandolSong', 'Noto Serif CJK SC', 'Source Han Serif SC', SimSun, 'Times New Roman', serif"
SIZES = (13, 15, 20, 28)  # px: note, text, conclusion, figure
LEVEL_COLOURS = (
    "#5B1A3A",
    "#94426A",
    "#C07E9C",
    "#DDB6C9",
)  # levels 1–4, dark to light; never the statutory four colours
LEVEL_SIGNS = ("一", "二", "三", "四")


@dataclass(frozen=True)
class Theme:
    """One mode of the tokens; every colour is `#RRGGBB`."""

    name: str
    ink: str  # text, what was observed, change points
    paper: str
    surface: str
    hairline: str
    primary: str  # links, selection, what was expected
    unusual: str  # above what was expected
    better: str  # below what was expected
    artefact: str  # suspected entry artefacts, event flags
    quiet: str  # secondary text
    ramp: tuple[str, ...]  # the one sequential ramp of every map, low to high
    font: str = SANS
    levels: tuple[str, ...] = LEVEL_COLOURS
    is_print: bool = False  # line style and direct labels before colour


LIGHT = Theme("light", "#1F2933", "#FFFFFF", "#F5F6F8", "#D9DEE5", "#1F5A92", "#D55E00", "#009E73", "#8A94A3", "#5B6674",
              ("#E3EDF6", "#B7D0E6", "#82ACD1", "#4C84B5", "#1F5A92"))  # fmt: skip
DARK = Theme("dark", "#E6EAF0", "#12161C", "#1A2028", "#2C3542", "#6FA8DC", "#F0803C", "#35B98F", "#8A94A3", "#A3ADBB",
             ("#1D2B3A", "#27435F", "#365F87", "#4F83B3", "#6FA8DC"))  # fmt: skip
PRINT = replace(LIGHT, name="print", font=SERIF, is_print=True)


def level_colour(level: int | None) -> str:
    """The colour of alert level 1–4; a missing level counts as the lowest."""
    return LEVEL_COLOURS[min(max(level or 4, 1), 4) - 1]


def level_ink(level: int | None) -> str:
    """Text colour that reads on `level_colour`: white on the two dark levels."""
    return "#FFFFFF" if (level or 4) <= 2 else "#2A0E1C"


def tint(colour: str, paper: str, weight: float) -> str:
    """`colour` at `weight` (0–1) over `paper`, as a solid colour."""
    pairs = ((int(colour[i : i + 2], 16), int(paper[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a * weight + b * (1 - weight)):02X}" for a, b in pairs)
