"""Which category people gave a ticket: append-only, by ticket, with undo; the next build counts the ticket so.

A ticket keeps what it was given in later versions too, whatever its source says then; the ledger keeps what the source said.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from weisu.reviewing import check_next, insert_review, last_standing
from weisu.store import MAX_REASON, Mask, StoreError, state_rows
from weisu.store_tables import CATEGORY_REVIEWS

VERDICTS = ("assign", "keep")  # this category it is; it stays in the one it has, whatever was suggested


@dataclass(frozen=True)
class CategoryReview:
    """One judgement; `reviewed_at` is naive UTC, `position` counts those of the ticket from 1."""

    review_id: str
    ticket_key: str
    position: int
    verdict: str  # one of VERDICTS, or "undo"
    category_key: str  # "assign": the category's key, parts joined by "->"; else what was suggested
    note: str
    actor: str
    reviewed_at: dt.datetime

    @property
    def act(self) -> str:
        """What `weisu.lifecycle.standing` reads."""
        return self.verdict


def review_category(
    engine: sa.Engine,
    *,
    ticket_key: str,
    verdict: str,
    category_key: str,
    actor: str,
    note: str,
    now: dt.datetime,
    seen: str | None,
    mask: Mask,
) -> CategoryReview:
    """Append one judgement, or take back the last standing one (`verdict` "undo").

    Args:
        category_key: as in `dim_category`; the caller knows that there is such a one.
        now: naive UTC.
        seen: review_id of the ticket's last judgement that the user saw, None when there was none.
        mask: applied to the note before it is stored.

    Raises:
        ActConflict: somebody else judged it since.
        StoreError: no name, no such verdict, no category, or nothing to take back.
    """
    if not category_key.strip():
        raise StoreError("no category was named", where=ticket_key, todo="say which")
    before = [r for r in list_category_reviews(engine) if r.ticket_key == ticket_key]
    check_next(before, verdict, known=VERDICTS, seen=seen, actor=actor, where=ticket_key)
    said = mask(note.strip())[:MAX_REASON]
    made = CategoryReview(secrets.token_hex(8), ticket_key, len(before) + 1, verdict, category_key.strip(), said, actor.strip(), now)  # fmt: skip
    insert_review(engine, CATEGORY_REVIEWS, vars(made), where=ticket_key)
    return made


def list_category_reviews(engine: sa.Engine) -> list[CategoryReview]:
    """All judgements, those of a ticket in the order they were made."""
    return [CategoryReview(**row) for row in state_rows(engine, CATEGORY_REVIEWS)]


def in_force(reviews: list[CategoryReview]) -> dict[str, CategoryReview]:
    """ticket_key -> the judgement that counts; nothing where all were taken back."""
    return last_standing(reviews, lambda r: r.ticket_key)


def last_seen(reviews: list[CategoryReview]) -> dict[str, str]:
    """ticket_key -> review_id of the last judgement, taken back or not: what a later one must have seen."""
    return {review.ticket_key: review.review_id for review in reviews}
