"""Judgements of people, append-only and one after another: what those of words and those of categories share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

from weisu.lifecycle import standing
from weisu.store import ActConflict, StoreError


class Review(Protocol):
    """One judgement of a thing."""

    @property
    def review_id(self) -> str:
        """Its own name."""

    @property
    def act(self) -> str:
        """The verdict, as `weisu.lifecycle.standing` reads it; "undo" takes the last one back."""


Judged = TypeVar("Judged", bound=Review)
Thing = TypeVar("Thing", bound=Hashable)


def last_standing(reviews: Iterable[Judged], thing: Callable[[Judged], Thing]) -> dict[Thing, Judged]:
    """Of each thing the judgement that counts, from all in their order; nothing where all were taken back."""
    made: dict[Thing, list[Judged]] = defaultdict(list)
    for review in reviews:
        made[thing(review)].append(review)
    return {what: kept[-1] for what, judged in made.items() if (kept := standing(judged))}


def check_next(before: Sequence[Review], verdict: str, *, known: Collection[str], seen: str | None, actor: str, where: str) -> None:  # fmt: skip
    """Whether a verdict may follow the judgements that were made of a thing, oldest first.

    Args:
        known: possible verdicts, beside "undo".
        seen: review_id of the last judgement that the user saw, None when there was none.

    Raises:
        ActConflict: somebody else judged it since.
        StoreError: no name, no such verdict, or nothing to take back.
    """
    if not actor.strip():
        raise StoreError("a judgement needs a name", where=where, todo="say who judged")
    if (before[-1].review_id if before else None) != seen:
        raise ActConflict("someone judged this meanwhile", where=where, todo="look again and judge anew")
    if verdict not in (possible := [*known, *(["undo"] if standing(before) else [])]):
        raise StoreError(f"{verdict} is not possible", where=where, todo=f"possible: {', '.join(possible)}")


def insert_review(engine: sa.Engine, table: sa.Table, row: Mapping[str, Any], *, where: str) -> None:
    """Append one judgement.

    Raises:
        ActConflict: somebody else was first.
        StoreError: the store cannot be written.
    """
    try:
        with engine.begin() as con:
            con.execute(sa.insert(table).values(**row))
    except sa.exc.IntegrityError as error:
        raise ActConflict("someone judged this meanwhile", where=where, todo="look again") from error
    except sa.exc.OperationalError as error:
        raise StoreError("acts store cannot be written", where=where, todo="check disk and rights") from error
