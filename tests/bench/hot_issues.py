"""Invented boards with known issues: which are found, how whole, how early; what is kept apart; and how long a day takes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from boards import Board, make_board, read_letters
from figures import Figure, at_least, at_most, plain

from detectors.issues.growing import Issue, find_issues

SEEDS = range(101, 106)
DAY = 66_000  # tickets of a day of the largest city


@dataclass(frozen=True)
class Score:
    """One true issue: F1 of the found one that holds most of it, its rank, days from the fifth person to its being raised."""

    f1: float
    rank: int
    lag: float


def issues_bench(_work: Path) -> Iterator[Figure]:
    """Boards in words that nothing was tuned on."""
    scores: list[Score] = []
    merged = twins = 0
    for seed in SEEDS:
        board = make_board("held_out", np.random.default_rng(seed))
        found, home = _found(board)
        scores += [_score(board, scene, found, home) for scene in board.scenes]
        at = {m.ticket_id: k for k, m in enumerate(board.messages)}
        pairs = [(k, at[m.twin]) for k, m in enumerate(board.messages) if m.twin]
        merged += sum(home[a] == home[b] for a, b in pairs)
        twins += len(pairs)
    yield at_least("issues: lowest membership F1 (held-out words)", min(s.f1 for s in scores), 0.85)
    yield plain("issues: mean membership F1", f"{np.mean([s.f1 for s in scores]):.3f}")
    yield plain("issues: of the true ones, below 0.85", f"{sum(s.f1 < 0.85 for s in scores)} of {len(scores)}")
    yield at_most("issues: worst rank of a true one", max(s.rank for s in scores), 10, "")
    yield at_most(f"issues: planted pairs merged, of {twins}", merged, 0, "")
    yield at_most(
        "issues: raised later than 2 days after the fifth", sum(s.lag > 2 for s in scores), 0, f"of {len(scores)}"
    )
    for name in ("letters_a", "letters_b"):
        yield from _letters(name)
    begun = time.process_time()
    _found(make_board("held_out", np.random.default_rng(7), noise=DAY))
    yield at_most(f"issues: CPU seconds for {DAY} tickets", time.process_time() - begun, 180, "s")


def _letters(name: str) -> Iterator[Figure]:
    board = read_letters(name)
    found, home = _found(board)
    scores = [_score(board, scene, found, home) for scene in board.scenes]
    yield plain(f"issues: {name}: mean membership F1", f"{np.mean([s.f1 for s in scores]):.3f}")
    yield plain(f"issues: {name}: of the true ones, below 0.85", f"{sum(s.f1 < 0.85 for s in scores)} of {len(scores)}")
    yield plain(f"issues: {name}: among the first ten", f"{sum(s.rank <= 10 for s in scores)} of {len(scores)}")
    late = sum(s.lag > 2 for s in scores)
    yield plain(f"issues: {name}: raised later than 2 days after the fifth", f"{late} of {len(scores)}")
    joined = sum(_is_with(board, found, home, k) for k, m in enumerate(board.messages) if m.issue.startswith("twin"))
    yield at_most(f"issues: {name}: same text of another place in the issue", joined, 0, "")


def _is_with(board: Board, found: list[Issue], home: dict[int, int], twin: int) -> bool:
    scene = board.messages[twin].issue.replace("twin_i", "scene")
    return scene in {board.messages[k].issue for k in found[home[twin]].members.tolist()}


def _found(board: Board) -> tuple[list[Issue], dict[int, int]]:
    said = board.messages
    found = find_issues(
        [m.title for m in said],
        [m.text for m in said],
        np.array([m.day for m in said]),
        np.array([m.person for m in said]),
        likes=np.array([float(m.likes) for m in said]),
    )
    return found, {k: rank for rank, issue in enumerate(found) for k in issue.members.tolist()}


def _score(board: Board, scene: str, found: list[Issue], home: dict[int, int]) -> Score:
    truth = board.members(scene)
    best = max({home[k] for k in truth}, key=lambda rank: len(truth & set(found[rank].members.tolist())))
    told = set(found[best].members.tolist())
    raised = found[best].raised_day
    lag = np.inf if raised is None else raised - _fifth(board, truth)
    return Score(2 * len(told & truth) / (len(told) + len(truth)), best + 1, lag)


def _fifth(board: Board, truth: set[int]) -> int:
    seen: set[int] = set()
    for k in sorted(truth):
        seen.add(board.messages[k].person)
        if len(seen) == 5:
            return board.messages[k].day
    raise AssertionError(f"a scene of {len(seen)} persons")
