"""What people say of words that the lexicon counted, or missed: append-only, by text and kind, read by the next build.

A judgement belongs to a text, not to a version of a ticket: a later version with the same title and text keeps it, and so does a copy of it.
The text itself is not stored here, only its fingerprint as the publication holds it (`mart_ticket_words.text_hash`).
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from weisu.reviewing import check_next, insert_review, last_standing
from weisu.store import MAX_REASON, Mask, StoreError, state_rows
from weisu.store_tables import WORD_REVIEWS

# the kinds of the lexicon, the most consequential first
KINDS = ("life_safety", "self_harm", "threat", "crowd", "risk", "sensitive", "emotion", "escalation", "urgency", "repeat", "indignation", "reproach", "waiting")  # fmt: skip
GRAVE = KINDS[:4]  # with one of these a ticket is a matter of life and safety
# of a kind that was counted: it is said, or it is not; of one that was not counted: it is said all the same
VERDICTS = ("right", "wrong", "missing")


@dataclass(frozen=True)
class WordReview:
    """One judgement; `reviewed_at` is naive UTC, `position` counts those of the text and kind from 1."""

    review_id: str
    text_hash: str
    term_kind: str
    position: int
    verdict: str  # one of VERDICTS, or "undo"
    ticket_key: str  # on which ticket it was seen
    note: str
    actor: str
    reviewed_at: dt.datetime

    @property
    def act(self) -> str:
        """What `weisu.lifecycle.standing` reads."""
        return self.verdict


def review_word(
    engine: sa.Engine,
    *,
    text_hash: str,
    term_kind: str,
    verdict: str,
    ticket_key: str,
    actor: str,
    note: str,
    now: dt.datetime,
    seen: str | None,
    mask: Mask,
) -> WordReview:
    """Append one judgement, or take back the last standing one (`verdict` "undo").

    Args:
        now: naive UTC.
        seen: review_id of the last judgement of this text and kind that the user saw, None when there was none.
        mask: applied to the note before it is stored.

    Raises:
        ActConflict: somebody else judged it since.
        StoreError: no name, no such kind or verdict, or nothing to take back.
    """
    if term_kind not in KINDS:
        raise StoreError("no such kind of words", where=term_kind, todo=f"known: {', '.join(KINDS)}")
    before = [r for r in list_word_reviews(engine) if (r.text_hash, r.term_kind) == (text_hash, term_kind)]
    check_next(before, verdict, known=VERDICTS, seen=seen, actor=actor, where=ticket_key)
    said = mask(note.strip())[:MAX_REASON]
    made = WordReview(secrets.token_hex(8), text_hash, term_kind, len(before) + 1, verdict, ticket_key, said, actor.strip(), now)  # fmt: skip
    insert_review(engine, WORD_REVIEWS, vars(made), where=ticket_key)
    return made


def list_word_reviews(engine: sa.Engine) -> list[WordReview]:
    """All judgements, those of a text and kind in the order they were made."""
    return [WordReview(**row) for row in state_rows(engine, WORD_REVIEWS)]


def in_force(reviews: list[WordReview]) -> dict[tuple[str, str], WordReview]:
    """(text_hash, term_kind) -> the judgement that counts; nothing where all were taken back."""
    return last_standing(reviews, lambda r: (r.text_hash, r.term_kind))


def last_seen(reviews: list[WordReview]) -> dict[tuple[str, str], str]:
    """(text_hash, term_kind) -> review_id of the last judgement, taken back or not: what a later one must have seen."""
    return {(review.text_hash, review.term_kind): review.review_id for review in reviews}
