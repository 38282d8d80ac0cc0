"""What moved with a change: which channel, area or category, and whether the city or only its reporting changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
CITY, REPORTING = "city", "reporting"


@dataclass(frozen=True)
class AttributionConfig:
    """When a change is said to come from one part, and from reporting alone."""

    span_days: int = 364  # compared: this much before and after (whole years keep the season out)
    coverage_share: float = 0.03  # from or to less than this share: the category began or ended being recorded
    driver_share: float = 0.5  # a part that carries at least this share of the net change is its driver
    reporting_share: float = 0.7  # a channel that carries this share …
    steady_share: float = 0.15  # … while the others, with at least this share of all before, …
    steady_slack: float = 0.45  # … moved by at most this share of what moving along would mean


@dataclass(frozen=True)
class Attribution:
    """driver: `dimension:part`, `coverage` or `all`; share: part of the net change it carries; verdict: `city` or `reporting`."""

    driver: str
    share: float
    verdict: str


def attribute_change(
    parts: Mapping[str, Mapping[str, Floats]], index: int, config: AttributionConfig | None = None
) -> Attribution:
    """Attribute the change at step `index` of one series, by the year before it against the year after it.

    Args:
        parts: dimension (`channel`, `area`, `category`) -> part -> daily counts[step]; the parts of a dimension add up to the series.
        index: first step of the new level.
        config: spans and shares.
    """
    config = config or AttributionConfig()
    best = Attribution("all", 0.0, CITY)
    for dimension, members in parts.items():
        names = sorted(members)
        before, after = _rates(np.array([members[n] for n in names]), index, config.span_days)
        net = (after - before).sum()
        if min(before.sum(), after.sum()) < config.coverage_share * max(before.sum(), after.sum()):
            return Attribution("coverage", 1.0, REPORTING)
        if not np.isfinite(net) or net == 0:
            continue
        shares = (after - before) / net
        top = int(shares.argmax())
        if dimension == "channel" and _is_reporting(before, after, top, float(shares[top]), config):
            return Attribution(f"channel:{names[top]}", float(min(shares[top], 1.0)), REPORTING)
        if shares[top] >= config.driver_share and shares[top] > best.share and len(names) > 1:
            best = Attribution(f"{dimension}:{names[top]}", float(shares[top]), CITY)
    return Attribution(best.driver, min(best.share, 1.0), best.verdict)


def _rates(counts: Floats, index: int, span: int) -> tuple[Floats, Floats]:
    """Mean count per day [part] before and after the change, over equally long spans."""
    span = min(span, index, counts.shape[1] - index)
    before, after = counts[:, index - span : index], counts[:, index : index + span]
    if before.shape[1] == 0 or after.shape[1] == 0:
        return np.full(len(counts), np.nan), np.full(len(counts), np.nan)
    return before.mean(axis=1), after.mean(axis=1)


def _is_reporting(before: Floats, after: Floats, top: int, share: float, config: AttributionConfig) -> bool:
    """One channel carries the change while the others, not few, stay where they were instead of moving along."""
    rest_before, rest_after = before.sum() - before[top], after.sum() - after[top]
    if share < config.reporting_share or rest_before < config.steady_share * before.sum():
        return False
    along = rest_before * (after.sum() / max(before.sum(), 1e-12) - 1.0)
    return bool(abs(rest_after - rest_before) <= config.steady_slack * abs(along))
