"""Words that have become frequent against their own past, with tickets that show what is meant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from detectors.text.normal import normalise

_PIECE = re.compile(r"[\u4e00-\u9fff]+|[a-z][a-z'-]{2,}")
_EDGE = frozenset("的了是在和与及或也都就还不我你他她它们这那有没为被把将对向从到于以等吗呢吧啊很太")
_COMMON = frozenset(
    "the and for with that this was are has have not but from they you our please need there been when where what who its his her will can".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class TermConfig:
    """What counts as a new term.

    Attributes:
        least_z: log-odds over its error; least_reports, least_persons: of the term in the new tickets (DOMAIN 3.3).
        prior: weight of the joint frequencies, in terms; longest: characters of a Chinese term; shown: typical tickets of each.
    """

    least_z: float = 3.0
    least_reports: int = 10
    least_persons: int = 5
    prior: float = 1000.0
    longest: int = 6
    shown: int = 3
    most: int = 30


@dataclass(frozen=True)
class EmergingTerm:
    """One term; `typical` are positions among the new tickets, the most telling first."""

    term: str
    z: float
    log_odds: float
    reports: int
    persons: int
    before: int
    typical: tuple[int, ...]


def emerging_terms(
    new: Sequence[str], persons: np.ndarray, history: Iterable[str], config: TermConfig | None = None
) -> list[EmergingTerm]:
    """Terms whose share of tickets has risen: log-odds ratio with an informative Dirichlet prior (Monroe et al. 2008).

    Args:
        new: texts of the period, masked; persons: their person codes, -1 = unknown, each its own; history: earlier texts.
    """
    config = config or TermConfig()
    if len(new) != len(persons):
        raise ValueError("new and persons must have one length")
    held = [_terms(text, config.longest) for text in new]
    count = Counter(term for terms in held for term in terms)
    asked = {term for term, n in count.items() if n >= config.least_reports}
    before, past = _counted(history, asked, config.longest)
    z, odds = _risen(count, before, sorted(asked), len(new), past, config.prior)
    found = [t for t in sorted(asked) if z[t] >= config.least_z]
    who = _people(held, persons, set(found))
    kept = _whole([t for t in found if len(who[t]) >= config.least_persons], held, z)
    made = [
        EmergingTerm(t, z[t], odds[t], count[t], len(who[t]), before[t], _typical(t, held, kept, config.shown))
        for t in kept
    ]
    return sorted(made, key=lambda e: (-e.z, e.term))[: config.most]


def _terms(text: str, longest: int) -> frozenset[str]:
    """Different stretches of two to `longest` Chinese characters that do not begin or end in a function word, and Latin words."""
    found: set[str] = set()
    for piece in _PIECE.findall(normalise(text).lower()):
        if piece[0].isascii():
            found.add(piece)
            continue
        for size in range(2, longest + 1):
            found.update(
                piece[k : k + size]
                for k in range(len(piece) - size + 1)
                if piece[k] not in _EDGE and piece[k + size - 1] not in _EDGE
            )
    return frozenset(found - _COMMON)


def _counted(texts: Iterable[str], asked: set[str], longest: int) -> tuple[Counter[str], int]:
    before: Counter[str] = Counter()
    total = 0
    for text in texts:
        before.update(_terms(text, longest) & asked)
        total += 1
    return before, total


def _risen(
    now: Counter[str], before: Counter[str], terms: list[str], n_now: int, n_before: int, prior: float
) -> tuple[dict[str, float], dict[str, float]]:
    a, b = np.array([now[t] for t in terms], float), np.array([before[t] for t in terms], float)
    share = (a + b + 0.5) / (n_now + n_before + 1.0)
    pa, pb = a + prior * share, b + prior * share
    odds = np.log(pa / (n_now + prior - pa)) - np.log(pb / (n_before + prior - pb))
    z = odds / np.sqrt(1 / pa + 1 / pb)
    return dict(zip(terms, z.tolist(), strict=True)), dict(zip(terms, odds.tolist(), strict=True))


def _people(held: list[frozenset[str]], persons: np.ndarray, terms: set[str]) -> dict[str, set[int]]:
    who: dict[str, set[int]] = {term: set() for term in terms}
    for k, mine in enumerate(held):
        for term in mine & terms:
            who[term].add(int(persons[k]) if persons[k] >= 0 else -1 - k)
    return who


def _whole(terms: list[str], held: list[frozenset[str]], z: dict[str, float]) -> list[str]:
    """Terms without the pieces of a longer one: 共享充 and 享充电 go where 共享充电 is nearly as frequent."""
    tickets = {t: frozenset(k for k, mine in enumerate(held) if t in mine) for t in terms}
    kept: list[str] = []
    for term in sorted(terms, key=lambda t: (-len(t), -z[t], t)):
        around = [t for t in kept if term in t or _overlap(term, t)]
        if not any(len(tickets[term] & tickets[t]) >= 0.7 * len(tickets[term]) for t in around):
            kept.append(term)
    return kept


def _overlap(a: str, b: str) -> bool:
    """Whether one's end is the other's beginning, by two characters at least."""
    return any(a.endswith(b[:k]) or b.endswith(a[:k]) for k in range(2, min(len(a), len(b))))


def _typical(term: str, held: list[frozenset[str]], terms: list[str], shown: int) -> tuple[int, ...]:
    """Tickets that hold the term and most of the other new ones, in few words."""
    others = set(terms)
    mine = [k for k, h in enumerate(held) if term in h]
    return tuple(sorted(mine, key=lambda k: (-len(held[k] & others), len(held[k]), k))[:shown])
