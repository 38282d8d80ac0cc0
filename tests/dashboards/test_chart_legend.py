"""The legend tells lines from areas without colour; tables never write a zero that is not one."""

from __future__ import annotations

import datetime as dt
import json

import polars as pl

from weisu import charts
from weisu.theme import PRINT

WEEKS = pl.DataFrame(
    {"date_on": [dt.date(2026, 1, 5)], "observed": [3], "expected": [2.0], "lower": [0.5], "upper": [5.0]}
)


def channels(made: object, name: str) -> list[dict[str, object]]:
    spec = json.loads(made.to_json())  # type: ignore[attr-defined]
    return [layer["encoding"][name] for layer in spec["layer"] if name in layer["encoding"]]


def test_expected_is_a_dashed_line_in_print_and_a_line_in_its_legend() -> None:
    made = charts.observed_expected(WEEKS, lang="zh", theme=PRINT, unit="week")
    dashes, shapes = channels(made, "strokeDash"), channels(made, "shape")
    assert all(d["scale"]["domain"][1] == "预期件数" and d["scale"]["range"][1] == [5, 3] for d in dashes)
    assert shapes[0]["scale"]["range"] == ["stroke", "stroke", "square", "circle"]
    legends = {json.dumps(c["legend"], sort_keys=True) for n in ("color", "strokeDash", "shape") for c in channels(made, n)}  # fmt: skip
    assert len(legends) == 1  # one and the same, so that Vega draws one legend
