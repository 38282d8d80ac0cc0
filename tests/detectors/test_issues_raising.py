"""Issues are raised from their past alone; suspects count beside members, never instead of them."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.issues.linking import IssueConfig
from detectors.issues.raising import Raising

HOMES = [0, 0, 0, 3, 4]  # three tickets of one issue, two apart
HINTS = np.array([[1, 2, 3, 4], [0, 0, 0, 1]])  # the fourth and fifth are like members of the first issue


def raised(
    hints: np.ndarray, days: list[int], persons: list[int], homes: list[int], **options: float
) -> dict[int, int]:
    """Days raised when tickets arrive one by one, each in the issue that it has in the end."""
    raising = Raising(hints, np.array(days), np.array(persons), IssueConfig(**options))
    members: dict[int, list[int]] = {}
    for ticket, root in enumerate(homes):
        members.setdefault(root, []).append(ticket)
        raising.arrive(ticket, homes, members)
    return raising.days


def test_raised_when_three_members_and_two_suspects_then_with_the_fifth_person() -> None:
    assert raised(HINTS, [1, 2, 3, 4, 5], [0, 1, 2, 3, 4], HOMES) == {0: 5}


@pytest.mark.parametrize(
    ("days", "persons", "homes"),
    [
        ([1, 2, 3, 4, 5], [0, 1, 2, 3, 3], HOMES),  # four persons
        ([1, 2, 3, 4, 18], [0, 1, 2, 3, 4], HOMES),  # the first members lie more than fourteen days back
        ([1, 2, 3, 4, 5], [0, 1, 2, 3, 4], [0, 0, 2, 3, 4]),  # two members and three suspects
    ],
)
def test_raised_when_too_few_or_too_old_or_mostly_suspects_then_not(days, persons, homes) -> None:
    assert raised(HINTS, days, persons, homes) == {}


@pytest.mark.parametrize("options", [{"hint_days": 1}, {"raise_persons": 6}])
def test_raised_when_option_changes_then_result_changes(options) -> None:
    assert raised(HINTS, [1, 2, 3, 4, 5], [0, 1, 2, 3, 4], HOMES, **options) == {}


def test_merge_when_both_were_raised_then_the_earlier_day_stays() -> None:
    raising = Raising(np.zeros((2, 0), np.int64), np.arange(9), np.arange(9), IssueConfig())
    raising.days = {0: 7, 3: 5}
    raising.merge(0, 3)
    assert raising.days == {0: 5}


@pytest.mark.parametrize("options", [{"hint": 0.7}, {"hint_elsewhere": 1.1}, {"hint": 0.0}, {"hint_days": -1}])
def test_config_when_hints_make_no_sense_then_value_error(options) -> None:
    with pytest.raises(ValueError, match="hint"):
        IssueConfig(**options)
