"""The signals of one day about one thing in one place, and which place explains them best."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from scipy.stats import poisson

from detectors.judge.inputs import AreaTree
from detectors.judge.outputs import CLUSTER, EMOTION, RISE, SENSITIVE, Signal
from detectors.judge.rules import LifeRules

_LEADS = {RISE: 0, CLUSTER: 1, SENSITIVE: 2, EMOTION: 3}  # whose numbers stand for the issue


@dataclass
class Issue:
    """Signals gathered around the one that leads; `also` are signals of wholes or parts that it explains."""

    signals: list[Signal]
    also: list[Signal] = field(default_factory=list)

    @property
    def lead(self) -> Signal:
        """The signal whose window and counts stand for the issue: rise before cluster before the others, then the larger excess."""
        return min(self.signals, key=lambda s: (_LEADS[s.kind], -s.excess, -s.score))

    @property
    def area(self) -> int:
        return self.lead.area

    @property
    def excess(self) -> float:
        return self.lead.excess

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of signals, its own and those it explains, in the fixed order of the contract."""
        present = {s.kind for s in [*self.signals, *self.also]}
        return tuple(kind for kind in _LEADS_ORDER if kind in present)

    @property
    def is_life_safety(self) -> bool:
        return any(s.rule == "life_safety" for s in [*self.signals, *self.also])

    def take(self, other: Issue) -> None:
        """Make another issue evidence of this one."""
        self.also += other.signals + other.also


_LEADS_ORDER = (RISE, CLUSTER, EMOTION, SENSITIVE)


def stands_out(part: Signal, ratio: float, rules: LifeRules) -> bool:
    """Whether a part holds more than the whole's ratio alone would bring there."""
    if part.expected <= 0:
        return True
    factor = max(ratio, 1.0) if ratio == ratio else 1.0
    return float(poisson.sf(part.observed - 1, part.expected * factor)) < rules.stands_out_p


def reconcile(signals: Iterable[Signal], tree: AreaTree, rules: LifeRules) -> list[Issue]:
    """One issue per thing: a part that brings most of the excess carries the whole, else the whole carries its ordinary parts.

    `signals` are of one day and one category.
    """
    issues = _by_place(signals)
    issues.sort(key=lambda i: (int(tree.level[i.area]), -i.excess))
    done: list[Issue] = []
    while issues:
        whole = issues.pop(0)
        parts = [i for i in issues if tree.contains(whole.area, i.area)]
        best = max(parts, key=lambda i: i.excess, default=None)
        if best is not None and best.excess >= rules.explained_share * whole.excess:
            best.take(whole)
            continue
        for part in parts:
            if not part.is_life_safety and not stands_out(part.lead, whole.lead.ratio, rules):
                whole.take(part)
                issues.remove(part)
        done.append(whole)
    return done


def _by_place(signals: Iterable[Signal]) -> list[Issue]:
    """Signals of one area are one issue; each scan cluster is one of its own until reconciled."""
    areas: dict[int, Issue] = {}
    clusters = []
    for signal in signals:
        if signal.kind == CLUSTER:
            clusters.append(Issue([signal]))
        elif signal.area in areas:
            areas[signal.area].signals.append(signal)
        else:
            areas[signal.area] = Issue([signal])
    return [*areas.values(), *clusters]
