"""Versions of weights as people see them: which holds on a day, which is planned, and the list with new ones added."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from weisu.rulebook import COLUMNS, Weight
from weisu.setting_files import SettingChangeError, content_of

if TYPE_CHECKING:
    from weisu.setting_changes import Told
    from weisu.setting_history import Desk

FILE = "weights.csv"


@dataclass(frozen=True)
class Standing:
    """One weight on a day: the version that holds, and those that will."""

    now: Weight
    planned: tuple[Weight, ...]


def standing_weights(weights: Iterable[Weight], on: dt.date) -> dict[tuple[str, str], Standing]:
    """(rule_name, rule_key) -> what holds on a day and what comes after it; `weights` oldest first."""
    by_key: dict[tuple[str, str], list[Weight]] = {}
    for weight in weights:
        by_key.setdefault(weight.key, []).append(weight)
    found = {}
    for key, versions in by_key.items():
        begun = [w for w in versions if w.valid_from <= on] or versions[:1]
        found[key] = Standing(begun[-1], tuple(w for w in versions if w.valid_from > on))
    return found


def with_weights(desk: Desk, values: Mapping[str, str | float], *, valid_from: dt.date, version: str, told: Told) -> bytes:  # fmt: skip
    """reference/weights.csv with one more row per weight; the check that it is a rulebook comes when it is put in place.

    Args:
        values: "degree_weight.frequency" -> its new value.

    Raises:
        SettingChangeError: no version, or a name without a dot.
    """
    if not version.strip():
        raise SettingChangeError("a new version needs a name", where=FILE, todo="such as 2, or the number of the decision")  # fmt: skip
    if wrong := [name for name in values if "." not in name]:
        raise SettingChangeError("is no weight", where=wrong[0][:40], todo="write RULE.KEY, such as level.2")
    content = content_of(desk.workspace, FILE)
    if content and not content.endswith(b"\n"):
        content += b"\n"
    added = io.StringIO()
    writer = csv.writer(added, lineterminator="\n")
    header = _header(content)
    if not content:
        writer.writerow(header)
    decided_on = desk.workspace.settings().local_day(told.now)
    common = (valid_from, version.strip(), told.actor.strip(), decided_on, desk.mask(told.reason.strip()))
    for name, value in values.items():
        rule, _, key = name.partition(".")
        row = dict(zip(COLUMNS, (rule, key, value, *common), strict=True))
        writer.writerow([row[column] for column in header])
    return content + added.getvalue().encode()


def _header(content: bytes) -> tuple[str, ...]:
    """The columns in the order of the file, for a city may have its own."""
    first = content.decode("utf-8-sig", errors="replace").splitlines()[:1]
    found = tuple(next(csv.reader(first), ()))
    return found if set(found) == set(COLUMNS) else COLUMNS
