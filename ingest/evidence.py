"""How well the values of a column go with a canonical field: 0 contradicts, 1 agrees."""

from __future__ import annotations

from collections.abc import Callable

from ingest.canonical import BOOLEANS, CLOCKS, COUNTS, RATINGS
from ingest.values import ColumnFacts

ENOUGH_ROWS = 20  # below, shares of different values say little
DAY_ONLY = 0.97  # beside a column with the time of day, the day alone is the second choice
WITH_WORDS = 0.3  # of the cells are instants
SHORT_WORD = 6
MANY_ROWS, STAFF_SHARE = 100, 0.1
BESIDE_A_NUMBER = 0.85  # what a machine's code is worth where people have a number of their own
BLANK = 0.85  # a blank column: the name alone speaks
LONGEST_ID, SHORTEST_ID = 64, 2.5  # characters; shorter ones are counts


def fit(field: str, facts: ColumnFacts) -> float:
    """How well the values go with a canonical field (or `category`): 0 contradicts, 1 agrees."""
    if not facts.rows:
        return 0.0 if field in ("ticket_id", "created_at") else BLANK
    judge = JUDGES.get(field)
    if judge is None:
        groups = {CLOCKS: _instant, BOOLEANS: _yes_no, RATINGS: _rating, COUNTS: _count}
        judge = next((j for names, j in groups.items() if field in names), _words)
    return judge(facts)


def _identifier(facts: ColumnFacts) -> float:
    is_text = facts.usual_length > LONGEST_ID or (facts.is_spaced and facts.usual_length > 30)
    if facts.filled_share <= 0.95 or facts.date_share > 0.5 or facts.decimal_share > 0.5 or is_text:
        return 0.0
    if facts.mobile_share > 0.5:
        return 0.0
    if facts.usual_length < SHORTEST_ID and facts.number_share > 0.9 and not facts.is_row_number:
        return 0.4 if facts.unique_share > 0.9 else 0.0
    if facts.unique_share <= 0.9:
        return 0.6 if facts.unique_share > 0.5 and facts.distinct > 5 else 0.0
    return 0.55 if facts.is_row_number else BESIDE_A_NUMBER if facts.guid_share > 0.9 else 1.0


def _created(facts: ColumnFacts) -> float:
    is_whole = facts.is_dates or facts.bare_date_share > 0.95
    return _instant(facts) if is_whole and facts.filled_share > 0.9 and facts.implausible_date_share < 0.1 else 0.0


def _instant(facts: ColumnFacts) -> float:
    if facts.is_dates:
        return 1.0 if facts.has_clock else DAY_ONLY
    if facts.date_share > WITH_WORDS and facts.filled_share > 0.9:
        return 0.95  # words such as 未办结 where no instant is yet
    return 0.9 if facts.bare_date_share > 0.95 else 0.0


def _due(facts: ColumnFacts) -> float:
    return 1.0 if facts.date_share > 0.3 or facts.duration_share > 0.8 else 0.9 * _instant(facts)


def _degrees(facts: ColumnFacts) -> float:
    inside = facts.low >= -180 and facts.high <= 180
    if facts.number_share <= 0.9 or not inside or facts.distinct < 2:
        return 0.0
    return 1.0 if facts.decimal_share > 0.5 else 0.4


def _yes_no(facts: ColumnFacts) -> float:
    return 1.0 if facts.yes_no_share > 0.7 else 0.0


def _rating(facts: ColumnFacts) -> float:
    return 1.0 if facts.rating_share > 0.5 else 0.7 if facts.distinct <= 12 and facts.date_share < 0.5 else 0.2


def _count(facts: ColumnFacts) -> float:
    return 1.0 if facts.number_share > 0.9 and facts.decimal_share < 0.1 else 0.0


def _phone(facts: ColumnFacts) -> float:
    return 1.0 if max(facts.phone_share, facts.mobile_share) > 0.3 else 0.7


def _person(facts: ColumnFacts) -> float:
    return 0.0 if facts.date_share > 0.5 or facts.yes_no_share > 0.7 else 1.0


def _account(facts: ColumnFacts) -> float:
    """Few accounts over many tickets are those of the staff."""
    return 0.5 if facts.rows >= MANY_ROWS and facts.unique_share < STAFF_SHARE else _person(facts)


def _parent(facts: ColumnFacts) -> float:
    return 0.0 if facts.yes_no_share > 0.7 or facts.date_share > 0.5 else 1.0


def _kind(facts: ColumnFacts) -> float:
    return 1.0 if facts.kind_share > 0.5 else 0.8 * facts.kind_share + 0.3


def _category(facts: ColumnFacts) -> float:
    if facts.date_share > 0.5 or facts.decimal_share > 0.3 or facts.point_share > 0.3 or facts.yes_no_share > 0.9:
        return 0.0
    if facts.kind_share > 0.7:
        return 0.3
    if facts.rows >= ENOUGH_ROWS and (facts.unique_share > 0.7 or facts.mean_length > 80):
        return 0.4
    is_constant = facts.rows >= ENOUGH_ROWS and facts.distinct == 1
    return 0.6 if facts.number_share > 0.9 or is_constant else 1.0


def _title(facts: ColumnFacts) -> float:
    if not _is_text(facts):
        return 0.0
    return 0.6 if is_list(facts) else 1.0


def _text(facts: ColumnFacts) -> float:
    if not _is_text(facts):
        return 0.0
    return 0.65 if is_list(facts) and facts.mean_length < 60 else 1.0


def _reply(facts: ColumnFacts) -> float:
    if not _is_text(facts) or facts.yes_no_share > 0.7:
        return 0.0
    return 0.6 if is_list(facts) and facts.mean_length < SHORT_WORD else 1.0  # such as 办理情况: 已办结


def _is_text(facts: ColumnFacts) -> bool:
    return facts.date_share < 0.5 and facts.number_share < 0.5 and facts.point_share < 0.5 and facts.mean_length > 1.5


def is_prose(facts: ColumnFacts) -> bool:
    """Texts that people wrote: mostly different, of some length, no codes."""
    return (
        _is_text(facts)
        and not is_list(facts)
        and not facts.is_code
        and facts.unique_share > 0.5
        and facts.mean_length >= 8
    )


def is_list(facts: ColumnFacts) -> bool:
    """The same few values again and again."""
    return facts.rows >= ENOUGH_ROWS and facts.unique_share < 0.25


def _status(facts: ColumnFacts) -> float:
    if facts.date_share > 0.5 or facts.mean_length > 60 or (facts.rows >= ENOUGH_ROWS and facts.distinct > 60):
        return 0.0
    return 0.7 if facts.number_share > 0.9 or facts.yes_no_share > 0.9 else 1.0


def _channel(facts: ColumnFacts) -> float:
    if facts.date_share > 0.5 or facts.phone_share > 0.5 or facts.mean_length > 60:
        return 0.0
    return 0.4 if facts.rows >= ENOUGH_ROWS and facts.unique_share > 0.7 else 1.0


def _place(facts: ColumnFacts) -> float:
    if facts.date_share > 0.5 or facts.decimal_share > 0.5 or facts.point_share > 0.3 or facts.mean_length > 80:
        return 0.0
    return 0.85 if facts.number_share > 0.9 else 1.0


def _address(facts: ColumnFacts) -> float:
    if facts.date_share > 0.5 or facts.point_share > 0.9 or facts.number_share > 0.7:
        return 0.0
    return 0.6 if facts.point_share > 0.3 or facts.mean_length < 4 else 1.0


def _words(facts: ColumnFacts) -> float:
    if facts.date_share > 0.5 or facts.decimal_share > 0.5 or facts.yes_no_share > 0.9:
        return 0.0
    return 0.7 if facts.number_share > 0.9 else 1.0


JUDGES: dict[str, Callable[[ColumnFacts], float]] = {
    "ticket_id": _identifier, "created_at": _created, "due_at": _due, "lat": _degrees, "lon": _degrees,
    "person_phone": _phone, "person_name": _person, "person_account": _account, "parent_ticket_id": _parent, "kind": _kind,
    "category": _category, "title": _title, "text": _text, "reply": _reply, "status": _status, "channel": _channel,
    "address": _address, **dict.fromkeys(("district", "street", "community", "estate"), _place),
}  # fmt: skip
