"""Issues that speak of one thing by name and mean much the same, in whatever words.

The more other tickets say the name, the nearer must the meanings lie: a name that one matter alone has says nearly all by itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from detectors.issues.linking import IssueConfig
from detectors.issues.meaning import meanings
from detectors.issues.wording import Wording

COMMON = (100, 300)  # tickets that say a name, from which it tells nothing: between, a twentieth of all
Members = Mapping[int, Sequence[int]]  # issue -> its tickets


class Fellows:
    """Watches issues grow; tickets come in time order."""

    def __init__(self, wordings: Sequence[Wording], day: np.ndarray, config: IssueConfig) -> None:
        said = Counter(name for w in wordings for name in w.places | w.terms)
        most = np.clip(len(wordings) / 20, *COMMON)
        self._names = [{n for n in w.places | w.terms if 1 < said[n] <= most} for w in wordings]
        self._first = [w.primary | w.terms for w in wordings]
        self._day, self._config = day, config
        rarest = np.array([min((said[name] for name in names), default=np.inf) for names in self._names])
        self._vectors = meanings(wordings, 1 / rarest)
        self._sums: dict[int, np.ndarray] = {}  # issue of several tickets -> their vectors' sum
        self._counts: dict[int, Counter[str]] = {}  # the same -> tickets per name
        self._saying: dict[str, list[int]] = defaultdict(list)  # name -> tickets of the last `gap_days`

    def merge(self, into: int, other: int) -> None:
        """`other` is now part of `into`."""
        self._sums[into] = self._sum(into) + self._sums.pop(other, self._vectors[other])
        self._counts[into] = self._named(into) + self._counts.pop(other, Counter(self._names[other]))

    def suitors(self, ticket: int, home: Sequence[int], members: Members) -> list[int]:
        """Issues that a newcomer without one could join, the likest first."""
        least: dict[int, float] = {}
        for name in self._names[ticket]:
            since = self._day[ticket] - self._config.gap_days
            saying = self._saying[name] = [k for k in self._saying[name] if self._day[k] >= since]
            for root, count in Counter(home[k] for k in saying).items():
                if self._is_main(name, root, members) and (
                    self._puts_first(name, [ticket]) or self._puts_first(name, members[root])
                ):
                    least[root] = min(self._least(len(saying) - count), least.get(root, np.inf))
            saying.append(ticket)
        return self._likest(home[ticket], least)

    def recruits(self, ticket: int, home: Sequence[int], members: Members) -> list[int]:
        """Issues that the newcomer's, grown by it, could take up, the likest first."""
        mine = home[ticket]
        least: dict[int, float] = {}
        for name in self._names[ticket]:
            if not self._is_main(name, mine, members):
                continue
            count = Counter(home[k] for k in self._saying[name])
            for root in count:
                if self._is_main(name, root, members) and self._puts_first(name, members[root]):
                    is_single = min(len(members[root]), len(members[mine])) == 1
                    asked = self._least(count.total() - count[mine] - 1) if is_single else self._config.alike_issues
                    least[root] = min(asked, least.get(root, np.inf))
        return self._likest(mine, least)

    def _least(self, others: int) -> float:
        """The likeness asked of a ticket where so many others say the name and mean something else."""
        return self._config.alike + self._config.alike_more * float(np.log2(1 + max(others, 0)))

    def _likest(self, mine: int, least: Mapping[int, float]) -> list[int]:
        own = self._sum(mine)
        like = {root: self._likeness(own, self._sum(root)) for root in least if root != mine}
        return sorted((root for root in like if like[root] >= least[root]), key=lambda root: (-like[root], root))

    def _is_main(self, name: str, root: int, members: Members) -> bool:
        return self._named(root)[name] >= self._config.main_share * len(members[root])

    def _puts_first(self, name: str, tickets: Sequence[int]) -> bool:
        return any(name in self._first[k] for k in tickets)

    def _sum(self, root: int) -> np.ndarray:
        return self._sums.get(root, self._vectors[root])

    def _named(self, root: int) -> Counter[str]:
        return self._counts.get(root) or Counter(self._names[root])

    @staticmethod
    def _likeness(a: np.ndarray, b: np.ndarray) -> float:
        return float(a @ b / max(float(np.linalg.norm(a) * np.linalg.norm(b)), 1e-9))
