"""Level 一 to 四 of an alert (DOMAIN.md 3.5)."""

from __future__ import annotations

import math

from detectors.judge.rules import LifeRules


def level_of(signal_count: int, composite: float, is_life_safety: bool, rules: LifeRules) -> int:
    """1 (most severe) to 4; with a missing composite (NaN) the number of signals decides, and only danger to life makes a 1."""
    if is_life_safety:
        return 1
    if math.isnan(composite):
        return max(5 - signal_count, 2)
    if signal_count >= 3 and composite >= rules.level_one_q:
        return 1
    if signal_count >= 2 and composite >= rules.level_two_q:
        return 2
    return 3 if composite >= rules.level_three_q else 4
