"""Rows set aside: reason, place and the row itself, masked."""

from __future__ import annotations

import json
from collections.abc import Sequence

import polars as pl

from ingest.checks import REASONS
from ingest.columns import ColumnPlan
from ingest.privacy import mask
from ingest.profiles import Profile
from ingest.readers.table import ROW_NUMBER, RefusedRow

LONGEST_SHOWN = 300  # characters of one value
PERSONAL = ("person_phone", "person_account", "person_name")
SCHEMA = {"load_id": pl.String, "source": pl.String, "row_number": pl.Int64, "reason_code": pl.String,
          "column_name": pl.String, "value_masked": pl.String, "row_masked": pl.String}  # fmt: skip


class Quarantine:
    """Collects the refused rows of one file."""

    def __init__(self, load_id: str, profile: Profile, plan: ColumnPlan, header: Sequence[str]) -> None:
        self._head, self._profile, self._plan, self._header = (load_id, profile.name), profile, plan, header
        self._personal = {plan.fields[f] for f in PERSONAL if f in plan.fields}
        self._rows: list[tuple] = []

    def __len__(self) -> int:
        return len(self._rows)

    def add_broken(self, refused: Sequence[RefusedRow]) -> None:
        """Records that are no rows."""
        for row in refused:
            text = self._masked(row.text)
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
            shown = {name: self._shown(i, cells[i]) for i, name in enumerate(self._header) if cells[i]}
            column = None if index is None else self._header[index]
            value = None if index is None else self._shown(index, cells[index])
            self._rows.append((*self._head, number, reason, column, value, json.dumps(shown, ensure_ascii=False)))

    def frame(self) -> pl.DataFrame:
        """Columns of raw.quarantine, in file order."""
        return pl.DataFrame(self._rows, schema=SCHEMA, orient="row").sort("row_number")

    def _shown(self, index: int, value: str | None) -> str | None:
        if value is None:
            return None
        return "〔隐私〕" if index in self._personal else self._masked(value)

    def _masked(self, text: str) -> str:
        short = text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"
        return mask(short, lang=self._profile.language)[0]
