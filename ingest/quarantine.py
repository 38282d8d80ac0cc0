"""Rows set aside: reason, place and the row itself, masked."""

from __future__ import annotations

import json
from collections.abc import Sequence

import polars as pl

from ingest.checks import REASONS
from ingest.columns import ColumnPlan
from ingest.privacy import mask
from ingest.privacy.cells import mask_cell, mask_record
from ingest.profiles import Profile
from ingest.readers.table import ROW_NUMBER, RefusedRow

LONGEST_SHOWN = 300  # characters of one value, cut after masking: half a number is a number too
LONGEST_MASKED = 3000
PERSONAL = ("person_phone", "person_account", "person_name")
SCHEMA = {"load_id": pl.String, "source": pl.String, "row_number": pl.Int64, "reason_code": pl.String,
          "column_name": pl.String, "value_masked": pl.String, "row_masked": pl.String}  # fmt: skip


class Quarantine:
    """Collects the refused rows of one file."""

    def __init__(self, load_id: str, profile: Profile, plan: ColumnPlan, header: Sequence[str]) -> None:
        self._head, self._profile, self._plan, self._header = (load_id, profile.name), profile, plan, header
        self._names = [mask(name, lang=profile.language, names=False)[0] for name in header]
        self._personal = {plan.fields[f] for f in PERSONAL if f in plan.fields}
        self._known = {*plan.fields.values(), *plan.fallbacks.values()}
        self._rows: list[tuple] = []

    def __len__(self) -> int:
        return len(self._rows)

    def add_broken(self, refused: Sequence[RefusedRow]) -> None:
        """Records that are no rows."""
        for row in refused:
            text = _cut(mask_record(row.text[:LONGEST_MASKED], self._profile.language))
            self._rows.append(
                (*self._head, row.row_number, row.reason, None, text, json.dumps({"record": text}, ensure_ascii=False))
            )

    def add_rows(self, raw: pl.DataFrame, reasons: dict[int, str]) -> None:
        """Rows by number; `raw` is the text frame of the table."""
        if not reasons:
            return
        chosen = raw.filter(pl.col(ROW_NUMBER).is_in(list(reasons))).select(ROW_NUMBER, pl.exclude(ROW_NUMBER))
        for number, *cells in chosen.iter_rows():
            reason = reasons[number]
            field = REASONS.get(reason, "ticket_id")
            index = self._plan.fields.get(field)
            shown = {name: self._shown(i, cells[i]) for i, name in enumerate(self._names) if cells[i]}
            column = None if index is None else self._names[index]
            value = None if index is None else self._shown(index, cells[index])
            self._rows.append((*self._head, number, reason, column, value, json.dumps(shown, ensure_ascii=False)))

    def frame(self) -> pl.DataFrame:
        """Columns of raw.quarantine, in file order."""
        return pl.DataFrame(self._rows, schema=SCHEMA, orient="row").sort("row_number")

    def _shown(self, index: int, value: str | None) -> str | None:
        if not value:  # an empty cell is null, however it was read
            return None
        if index in self._personal:
            return "〔隐私〕"
        lang, long = self._profile.language, value[:LONGEST_MASKED]
        return _cut(mask(long, lang)[0] if index in self._known else mask_cell(long, lang))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"
