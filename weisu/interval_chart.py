"""Values with their intervals beside what was expected of each: a comparison that does not rank."""

from __future__ import annotations

import altair as alt

from weisu.charts import Frame, Width, dress, to_polars
from weisu.texts import text
from weisu.theme import Theme


def intervals(rows: Frame, *, lang: str, theme: Theme, width: Width = "container", step: int = 22) -> alt.Chart:
    """One line per row, in their order: a dot with its 95 % interval, and a tick where it was expected.

    Args:
        rows: label, value, lower, upper, expected (null: no tick), verdict (`worse` is vermilion, `better` teal, else ink); shares 0-1.
    """
    frame = to_polars(rows)
    colour = alt.Color(
        "verdict:N",
        legend=None,
        scale=alt.Scale(domain=["worse", "better", "usual"], range=[theme.unusual, theme.better, theme.ink]),
    )
    base = alt.Chart(frame).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=240, ticks=False, domain=False))
    )
    share = alt.X(
        "value:Q", title=None, axis=alt.Axis(format=".0%", tickCount=5), scale=alt.Scale(zero=False, nice=True)
    )
    tips = [
        alt.Tooltip(f"{column}:{kind}", title=text(f"charts.interval.{column}", lang), **more)
        for column, kind, more in (
            ("label", "N", {}),
            ("value", "Q", {"format": ".1%"}),
            ("lower", "Q", {"format": ".1%"}),
            ("upper", "Q", {"format": ".1%"}),
            ("expected", "Q", {"format": ".1%"}),
        )
    ]
    layers = [
        base.mark_rule(strokeWidth=1.4).encode(x=alt.X("lower:Q", title=None), x2="upper:Q", color=colour),
        base.mark_tick(thickness=2, height=step - 8, color=theme.primary).encode(x="expected:Q"),
        base.mark_point(filled=True, size=46, opacity=1).encode(x=share, color=colour, tooltip=tips),
    ]
    return dress(alt.layer(*layers), theme, width=width, height=step * max(frame.height, 1))
